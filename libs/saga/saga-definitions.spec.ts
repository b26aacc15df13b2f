import { describe, expect, it } from '@jest/globals';
import { Defect, Fault } from '#libs/kernel/errors.js';
import type { SagaDefinition } from './definition.js';
import { SagaDefinitions } from './saga-definitions.js';

const definition = (name: string, version: number): SagaDefinition<unknown, string> => ({
  name,
  version,
  steps: [],
  ends: {
    completed: { recordedAs: 'done', act: () => 'done' },
    rolledBack: { recordedAs: 'undone', act: () => 'undone' },
  },
});

describe('the definitions that a process knows', () => {
  it('gives each saga the version that it began with', () => {
    const old = definition('place-order', 1);
    const definitions = new SagaDefinitions([old, definition('place-order', 2)]);
    expect(definitions.get('place-order', 1)).toBe(old);
  });

  it('calls an unknown version a fault, because a process of another release may know it', () => {
    const definitions = new SagaDefinitions([definition('place-order', 1)]);
    expect(() => definitions.get('place-order', 2)).toThrow(Fault);
    expect(() => definitions.get('place-order', 2)).toThrow(/it has place-order version 1/);
  });

  it('refuses two definitions of one version', () => {
    expect(() => new SagaDefinitions([definition('place-order', 1), definition('place-order', 1)])).toThrow(
      Defect,
    );
  });
});
