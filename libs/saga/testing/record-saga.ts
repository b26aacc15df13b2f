import type { AnySagaDefinition } from '../definition/saga-definitions.js';
import { begin } from '../engine/engine.js';
import type { Call, SagaInstance } from '../engine/instance.js';
import { wordsOfMessage } from '../definition/wording.js';
import { essenceOf, type Essence } from './essence.js';
import { at, nameOfAsked, recordedInputs, tryOut } from './recorded-inputs.js';
import type { RecordedInstance, RecordedReply, Recording, SagaSamples } from './recording.js';
import { revived } from './revived.js';

/** More states than any definition that a person can follow has: a guard against a walk without end. */
const maxStates = 2_000;

/** Walks through every state of a saga, attempts left aside, and writes down what it does there. */
export function recordSaga(definition: AnySagaDefinition<unknown>, samples: SagaSamples): Recording {
  const recorder = new Recorder(definition, repliesOf(definition, samples));
  for (const [name, data] of Object.entries(samples.begunWith)) recorder.begin(name, data);
  return recorder.recording();
}

interface Place {
  readonly instance: SagaInstance;
  readonly way: readonly string[];
  readonly data: string;
}

class Recorder {
  readonly #open: Place[] = [];
  readonly #known = new Set<string>();
  readonly #data = new Map<string, string>();
  readonly #calls = new Map<string, Omit<Call, 'commandId'>>();
  readonly #begins = new Map<string, Essence>();
  readonly #instances: RecordedInstance[] = [];

  constructor(
    private readonly definition: AnySagaDefinition<unknown>,
    private readonly replies: Readonly<Record<string, RecordedReply>>,
  ) {}

  begin(name: string, data: unknown): void {
    const given = { at, jitter: 0, nextCommandId: 'command-0' };
    const decision = begin(this.definition, { id: 'saga', subject: 'subject', data }, given);
    this.#data.set(JSON.stringify(data), name);
    this.#begins.set(name, essenceOf(null, decision));
    this.#enter(decision.instance, [name], name);
    for (let place = this.#open.shift(); place; place = this.#open.shift()) this.#record(place);
  }

  recording(): Recording {
    const { name: saga, version } = this.definition;
    const data = Object.fromEntries(
      [...this.#data].map(([text, name]) => [name, JSON.parse(text) as unknown]),
    );
    return {
      saga,
      version,
      replies: this.replies,
      data,
      calls: Object.fromEntries(this.#calls),
      begins: Object.fromEntries(this.#begins),
      instances: this.#instances,
    };
  }

  #record({ instance, way, data }: Place): void {
    const takes: Record<string, Essence> = {};
    for (const [name, input] of recordedInputs(this.replies, instance)) {
      const { essence, next } = tryOut(this.definition, revived(instance), input);
      if (essence === 'ignored') continue;
      takes[name] = essence;
      if (!('fails' in essence)) this.#enter(next, [...way, name], data);
    }
    const { status, reason } = instance;
    const calls = instance.calls.map((call) => this.#nameOf(call));
    const dataName = this.#data.get(JSON.stringify(instance.data)) ?? data;
    this.#instances.push({ way: way.join(' > '), status, reason, data: dataName, calls, takes });
  }

  #enter(reached: SagaInstance, way: readonly string[], begunWith: string): void {
    const instance = essential(revived(reached));
    const { status, reason, data, calls } = instance;
    const key = JSON.stringify({ status, reason, data, calls });
    if (this.#known.has(key)) return;
    this.#known.add(key);
    if (this.#known.size > maxStates)
      throw new Error(`${this.definition.name}: more than ${maxStates} states`);
    const text = JSON.stringify(data);
    if (!this.#data.has(text)) this.#data.set(text, `${begunWith} ${this.#data.size}`);
    this.#open.push({ instance, way, data: begunWith });
  }

  #nameOf({ commandId: _, ...call }: Call): string {
    const { state, answer, acknowledged } = call;
    const name = `${nameOfAsked(call)}: ${state}${answer === null ? '' : ` ${answer}`}${acknowledged ? ' later' : ''}`;
    this.#calls.set(name, call);
    return name;
  }
}

/** How often and when something was asked, and how it is said, is not what a recording is about. */
const essential = (instance: SagaInstance): SagaInstance => ({
  ...instance,
  revision: 1,
  reason: instance.reason && { ...instance.reason, detail: 'Because.' },
  startedAt: at,
  finishedAt: instance.finishedAt && at,
  deadlineAt: instance.deadlineAt && at,
  calls: instance.calls.map((call, place) => ({
    ...call,
    attempt: 1,
    askedAt: at.toISOString(),
    commandId: `command-${place}`,
  })),
});

function repliesOf(
  { steps }: AnySagaDefinition<unknown>,
  { answers }: SagaSamples,
): Readonly<Record<string, RecordedReply>> {
  const operations = steps.flatMap((step) => (step.compensate ? [step, step.compensate] : [step]));
  const types = new Set(operations.flatMap(({ ask }) => Object.values(ask.replies).map(({ type }) => type)));
  return Object.fromEntries(
    [...types].flatMap((type) =>
      (answers[type] ?? [{}]).map((data, index) => [
        `${wordsOfMessage(type).name}${index === 0 ? '' : ` ${index + 1}`}`,
        { type, data },
      ]),
    ),
  );
}
