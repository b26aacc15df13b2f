import { Defect, Fault } from '#libs/kernel/errors.js';
import type { SagaDefinition } from './definition.js';

/** A definition whose data only it knows the shape of. What is stored for it is what it gave. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- data goes in and comes out, so no other type fits all
export type AnySagaDefinition<Act> = SagaDefinition<any, Act>;

/** Every definition that this process can carry on, by name and version: a saga keeps the one that it began with. */
export class SagaDefinitions<Act> {
  readonly #byKey = new Map<string, AnySagaDefinition<Act>>();

  constructor(readonly all: readonly AnySagaDefinition<Act>[]) {
    for (const definition of all) {
      const key = keyOf(definition.name, definition.version);
      if (this.#byKey.has(key)) throw new Defect(`two definitions of ${key}`);
      this.#byKey.set(key, definition);
    }
  }

  /** The types of all messages that a participant may answer any of these sagas with. */
  get replyTypes(): string[] {
    const operations = this.all.flatMap(({ steps }) =>
      steps.flatMap(({ compensate, ...step }) => (compensate ? [step, compensate] : [step])),
    );
    return [...new Set(operations.flatMap(({ ask }) => Object.values(ask.replies).map(({ type }) => type)))];
  }

  /**
   * @throws Fault when there is none: while a new release is rolled out, sagas that it began reach processes of the old
   * one. Tried again, the message reaches a process that knows better; if none does, it ends up parked.
   */
  get(name: string, version: number): AnySagaDefinition<Act> {
    const definition = this.#byKey.get(keyOf(name, version));
    if (!definition) {
      const known = [...this.#byKey.keys()].join(', ') || 'none';
      throw new Fault(`this process has no definition of ${keyOf(name, version)}; it has ${known}`);
    }
    return definition;
  }
}

const keyOf = (name: string, version: number): string => `${name} version ${version}`;
