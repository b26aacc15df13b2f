import type { MessageType } from '#libs/contracts/message-type.js';
import type { Operation, SagaDefinition } from '../definition/definition.js';
import type { SagaInput } from '../engine/decision.js';
import type { Call, SagaInstance } from '../engine/instance.js';

/** Payloads that a participant may answer `message` with: one for each way that the saga could take it. */
export type Samples = (message: MessageType) => readonly unknown[];

export interface NamedInput {
  readonly name: string;
  readonly input: SagaInput;
}

/** Everything that may come to a saga where it stands: answers of every kind to whatever it asked, timers, requests. */
export function* possibleInputs<Data, Act>(
  definition: SagaDefinition<Data, Act>,
  instance: SagaInstance<Data>,
  at: Date,
  samples: Samples,
): Generator<NamedInput> {
  const given = {
    at: new Date(at.getTime() + 1000),
    jitter: 0.5,
    nextCommandId: `command-${instance.calls.length}`,
  };
  const reply = (message: MessageType, commandId: string, data: unknown) =>
    ({
      ...given,
      type: 'reply',
      messageType: message.type,
      messageId: 'message',
      commandId,
      data,
    }) as const;
  for (const call of instance.calls) {
    for (const [name, message] of Object.entries(operationOf(definition, call).ask.replies)) {
      for (const data of samples(message)) {
        yield {
          name: `${name} to ${call.operation} of ${call.step}`,
          input: reply(message, call.commandId, data),
        };
      }
    }
    for (const other of answersOfOthers(definition, call)) {
      yield { name: `wrong type to ${call.step}`, input: reply(other, call.commandId, {}) };
    }
  }
  for (const message of Object.values(definition.steps[0]?.ask.replies ?? {})) {
    yield { name: 'answer to an unknown command', input: reply(message, 'never-asked', {}) };
  }
  yield { name: 'silence', input: deadlineOf(instance, instance.calls.length) };
  yield {
    name: 'old timer',
    input: { ...given, type: 'deadline-passed', revision: instance.revision - 1 },
  };
  yield {
    name: 'roll-back requested',
    input: { ...given, type: 'roll-back-requested', reason: { code: 'requested', detail: 'Because.' } },
  };
  yield { name: 'retry requested', input: { ...given, type: 'retry-requested', note: 'because' } };
  yield { name: 'done by hand', input: { ...given, type: 'resolve-requested', note: 'because' } };
}

/** The saga's own deadline passes. */
export const deadlineOf = (instance: SagaInstance, salt: number): SagaInput => ({
  type: 'deadline-passed',
  revision: instance.revision,
  at: instance.deadlineAt ?? instance.startedAt,
  jitter: 0.5,
  nextCommandId: `command-${instance.calls.length}-${salt}`,
});

/** What `call` was asked by. */
export function operationOf<Data, Act>(
  definition: SagaDefinition<Data, Act>,
  { step, operation }: Pick<Call, 'step' | 'operation'>,
): Operation<Data, Act> {
  const found = definition.steps.find(({ name }) => name === step);
  const asked = operation === 'action' ? found : found?.compensate;
  if (!asked) throw new Error(`${step} has no ${operation}`);
  return asked;
}

function answersOfOthers<Data, Act>(definition: SagaDefinition<Data, Act>, call: Call): MessageType[] {
  const own = new Set(Object.values(operationOf(definition, call).ask.replies).map(({ type }) => type));
  return definition.steps
    .flatMap((step) => Object.values(step.ask.replies))
    .filter(({ type }) => !own.has(type))
    .slice(0, 1);
}
