import type { Operation, Reaction, SagaDefinition, Step } from './definition.js';
import { expiryOf } from './patience.js';
import { wordsOfMessage } from './wording.js';

/** The page about a saga that people read: its state diagram and its table of steps. Markdown, made from the definition. */
export const sagaPage = <Data, Act>(definition: SagaDefinition<Data, Act>): string =>
  [
    `# ${definition.name}, version ${definition.version}`,
    '```mermaid\n' + sagaDiagram(definition) + '\n```',
    '"Silence" is the deadline of the last attempt passing without an answer. A request to roll back (a customer who ' +
      'cancels, an operator) takes the same way where it has one, and is refused where it has none.',
    stepTable(definition),
  ].join('\n\n') + '\n';

/** A Mermaid state diagram: a state per command that is waited for, an edge per way on. */
export function sagaDiagram<Data, Act>({ steps, ends }: SagaDefinition<Data, Act>): string {
  const edges: string[] = [];
  const edge = (from: string, to: string, label?: string): void => {
    edges.push(`  ${from} --> ${to}${label === undefined ? '' : ` : ${label}`}`);
  };
  const undoStateOf = (index: number): string => {
    const step = steps[index];
    if (!step) return rolledBack;
    return step.compensate ? undoState(step) : undoStateOf(index - 1);
  };
  const enter = (from: string, index: number, label?: string): void => {
    const step = steps[index];
    if (!step) return edge(from, completed, label);
    edge(from, state(step), step.when ? both(label, conditionOf(step)) : label);
    if (step.when) enter(from, index + 1, both(label, `not ${conditionOf(step)}`));
  };

  enter('[*]', 0);
  steps.forEach((step, index) => {
    for (const { name, reaction } of reactionsOf(step)) {
      if (reaction.kind === 'go-on') enter(state(step), index + 1, name);
      else if (reaction.kind === 'roll-back') edge(state(step), undoStateOf(index - 1), name);
      else edge(state(step), state(step), name);
    }
    edge(state(step), step.onSilence ? undoStateOf(index) : state(step), 'silence');
  });
  steps.toReversed().forEach((step) => {
    if (!step.compensate) return;
    const before = undoStateOf(steps.indexOf(step) - 1);
    for (const { name } of reactionsOf(step.compensate)) edge(undoState(step), before, name);
    edge(undoState(step), undoState(step), 'silence');
  });
  return [
    'stateDiagram-v2',
    ...steps.map((step) => `  state "${step.name}" as ${state(step)}`),
    ...steps
      .filter((step) => step.compensate)
      .map((step) => `  state "undo: ${commandOf(step.compensate ?? step)}" as ${undoState(step)}`),
    `  state "${ends.completed.recordedAs}" as ${completed}`,
    ...(ends.rolledBack ? [`  state "${ends.rolledBack.recordedAs}" as ${rolledBack}`] : []),
    ...edges,
    `  ${completed} --> [*]`,
    ...(ends.rolledBack ? [`  ${rolledBack} --> [*]`] : []),
  ].join('\n');
}

const completed = 'completed';
const rolledBack = 'rolled_back';

function stepTable<Data, Act>({ steps, ends }: SagaDefinition<Data, Act>): string {
  const rows = steps.flatMap((step, index) => [
    ...(step.afterPivot && !steps[index - 1]?.afterPivot
      ? [['*pivot*', 'from here only forward', '', '', '']]
      : []),
    [
      `\`${step.name}\`${step.when ? `, if ${conditionOf(step)}` : ''}`,
      asked(step),
      reactionsOf(step).map(described).join('<br>'),
      patienceOf(step, step.onSilence),
      step.compensate ? asked(step.compensate) : '',
    ],
  ]);
  return [
    ['step', 'asks', 'answer, and what is done about it', 'patience', 'undone by'],
    ['---', '---', '---', '---', '---'],
    ...rows,
    [ends.completed.recordedAs, 'the saga completed', '', '', ''],
    ...(ends.rolledBack
      ? [[ends.rolledBack.recordedAs, 'the saga rolled back, with the reason', '', '', '']]
      : []),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const state = ({ name }: { readonly name: string }): string => name.replaceAll('-', '_');
const undoState = ({ name }: { readonly name: string }): string => `undo_${name.replaceAll('-', '_')}`;

const both = (label: string | undefined, condition: string): string =>
  label === undefined ? condition : `${label}, ${condition}`;

/** What the condition's function is called: `paidNow` is "paid now". */
const conditionOf = <Data, Act>({ when }: Step<Data, Act>): string => unCamel(when?.name ?? '');

const unCamel = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const commandOf = <Data, Act>({ ask }: Operation<Data, Act>): string => wordsOfMessage(ask.message.type).name;

const asked = <Data, Act>(operation: Operation<Data, Act>): string =>
  `${wordsOfMessage(operation.ask.message.type).owner}: \`${commandOf(operation)}\``;

interface NamedReaction<Data, Act> {
  readonly name: string;
  readonly reaction: Reaction<Data, Act>;
}

const reactionsOf = <Data, Act>({ ask, on }: Operation<Data, Act>): NamedReaction<Data, Act>[] =>
  Object.entries(ask.replies).flatMap(([key, message]) => {
    const reaction = on[key];
    return reaction ? [{ name: wordsOfMessage(message.type).name, reaction }] : [];
  });

function described<Data, Act>({ name, reaction }: NamedReaction<Data, Act>): string {
  const reply = `\`${name}\``;
  switch (reaction.kind) {
    case 'go-on':
      return `${reply} → go on`;
    case 'compensated':
      return `${reply} → undone`;
    case 'keep-waiting':
      return `${reply} → wait up to ${reaction.patience.deadlineSeconds} s more, per attempt`;
    case 'roll-back':
      return `${reply} → roll back ${codeOf(reaction.code)}`;
  }
}

/** A code that depends on the reply is shown by the name of what decides it. */
const codeOf = (code: string | { readonly name: string }): string =>
  typeof code === 'string' ? `\`${code}\`` : `(${unCamel(code.name)})`;

function patienceOf<Data, Act>({ patience }: Operation<Data, Act>, onSilence: Step<Data, Act>['onSilence']) {
  const { deadlineSeconds, growingToSeconds } = patience;
  const seconds =
    growingToSeconds === undefined ? `${deadlineSeconds} s` : `${deadlineSeconds} to ${growingToSeconds} s`;
  if (patience.attempts === undefined) {
    return `until it answers, every ${seconds}; alert after ${patience.alertAfterAttempts} attempts`;
  }
  const expirySeconds = expiryOf(patience, 1, new Date(0)).getTime() / 1000;
  return (
    `${patience.attempts} attempts of ${seconds}, not begun any more after ${expirySeconds} s; ` +
    `then roll back ${onSilence ? codeOf(onSilence.code) : ''}`
  );
}
