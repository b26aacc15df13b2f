import type { SagaDefinition } from '../definition/definition.js';
import type { SagaInput } from '../engine/decision.js';
import { decide } from '../engine/engine.js';
import { isFinished, type Call, type SagaInstance } from '../engine/instance.js';
import { essenceOf, type Essence } from './essence.js';
import type { RecordedReply } from './recording.js';

export const at = new Date('2026-01-01T00:00:00.000Z');

/** More deadlines than any patience has; then a saga has given up, or needs attention. */
const maxSilence = 1_000;

/** Every input that a recording tries in every state. They come from the recording, and not from the definition of today. */
export function recordedInputs(
  replies: Readonly<Record<string, RecordedReply>>,
  instance: SagaInstance,
): [name: string, input: SagaInput | 'silence'][] {
  const given = { at, jitter: 0, nextCommandId: `command-${instance.calls.length}` };
  const answers = Object.entries(replies).flatMap(([name, { type, data }]) =>
    [...instance.calls, null].map((call): [string, SagaInput] => [
      `${name} to ${call ? nameOfAsked(call) : 'nothing that was asked'}`,
      {
        ...given,
        type: 'reply',
        messageType: type,
        messageId: 'message',
        data,
        commandId: call?.commandId ?? 'never-asked',
      },
    ]),
  );
  const reason = { code: 'requested', detail: 'Because.' };
  return [
    ...answers,
    ['silence', 'silence'],
    ['outdated deadline', { ...given, type: 'deadline-passed', revision: instance.revision - 1 }],
    ['request to roll back', { ...given, type: 'roll-back-requested', reason }],
    ['request to retry', { ...given, type: 'retry-requested', note: 'because' }],
    ['done by hand', { ...given, type: 'resolve-requested', note: 'because' }],
  ];
}

export const nameOfAsked = ({ step, operation }: Pick<Call, 'step' | 'operation'>): string =>
  operation === 'action' ? step : `undo ${step}`;

/** What an input comes to; `next` is where the saga is then. */
export function tryOut<Data, Act>(
  definition: SagaDefinition<Data, Act>,
  instance: SagaInstance<Data>,
  input: SagaInput | 'silence',
): { readonly essence: Essence; readonly next: SagaInstance<Data> } {
  try {
    const decision =
      input === 'silence' ? afterSilence(definition, instance) : decide(definition, instance, input);
    return { essence: essenceOf(instance, decision), next: decision.instance };
  } catch (error) {
    return { essence: { fails: error instanceof Error ? error.name : 'unknown' }, next: instance };
  }
}

/** Nobody answers until something comes of that: how long it takes is the definition's to change. */
function afterSilence<Data, Act>(definition: SagaDefinition<Data, Act>, before: SagaInstance<Data>) {
  let instance = before;
  for (let deadlines = 0; deadlines < maxSilence; deadlines += 1) {
    const { revision } = instance;
    const nextCommandId = `command-${before.calls.length}`;
    const decision = decide(definition, instance, {
      type: 'deadline-passed',
      revision,
      at,
      jitter: 0,
      nextCommandId,
    });
    const cameToSomething =
      isFinished(decision.instance) ||
      decision.instance.status !== instance.status ||
      decision.instance.calls.length !== instance.calls.length;
    if (cameToSomething || decision.ignored || instance.status === 'needs-attention') return decision;
    instance = decision.instance;
  }
  throw new Error('silence never comes to anything');
}
