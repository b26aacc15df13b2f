import { Defect, LoneFault } from '#libs/kernel/errors.js';
import type { SagaDefinition } from './definition.js';

/** A definition that alone knows the shape of its data. What is stored for it is what it gave. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- data goes in and comes out, so no other type fits all
export type AnySagaDefinition<Act> = SagaDefinition<any, Act>;

/**
 * Every definition that this process can carry on, by name and version. A saga begins with the newest version of its
 * definition and keeps it to its end.
 */
export class SagaDefinitions<Act> {
  readonly #byKey = new Map<string, AnySagaDefinition<Act>>();
  readonly #newest = new Map<string, number>();

  constructor(readonly all: readonly AnySagaDefinition<Act>[]) {
    for (const definition of all) {
      const key = keyOf(definition.name, definition.version);
      if (this.#byKey.has(key)) throw new Defect(`two definitions of ${key}`);
      this.#byKey.set(key, definition);
      const newest = this.#newest.get(definition.name) ?? definition.version;
      this.#newest.set(definition.name, Math.max(newest, definition.version));
    }
  }

  /** The newest version of each saga. */
  get newest(): AnySagaDefinition<Act>[] {
    return this.all.filter(({ name, version }) => this.#newest.get(name) === version);
  }

  /** @throws Defect when a saga must not begin with `definition`, because it is not the newest version, or not here. */
  expectNewest({ name, version }: Pick<AnySagaDefinition<Act>, 'name' | 'version'>): void {
    const newest = this.#newest.get(name);
    if (newest === version) return;
    const instead =
      newest === undefined ? 'is not registered' : `is not the newest: that is version ${newest}`;
    throw new Defect(`a saga was to begin with ${keyOf(name, version)}, which ${instead}`);
  }

  /** The types of all messages that a participant may answer any of these sagas with. */
  get replyTypes(): string[] {
    const operations = this.all.flatMap(({ steps }) =>
      steps.flatMap(({ compensate, ...step }) => (compensate ? [step, compensate] : [step])),
    );
    return [...new Set(operations.flatMap(({ ask }) => Object.values(ask.replies).map(({ type }) => type)))];
  }

  /**
   * @throws LoneFault when there is none: while a new release is rolled out, replies to sagas that it began reach
   * processes of the old one. Tried again, the message reaches a process that knows better; if none does, it ends up
   * parked. All other sagas go on meanwhile.
   */
  get(name: string, version: number): AnySagaDefinition<Act> {
    const definition = this.#byKey.get(keyOf(name, version));
    if (!definition) {
      const known = [...this.#byKey.keys()].join(', ') || 'none';
      throw new LoneFault(`this process has no definition of ${keyOf(name, version)}; it has ${known}`);
    }
    return definition;
  }
}

const keyOf = (name: string, version: number): string => `${name} version ${version}`;
