import { describe, expect, it } from '@jest/globals';
import type { MessageType } from '#libs/contracts/message-type.js';
import { Defect, Fault } from '#libs/kernel/errors.js';
import type { Operation, SagaDefinition } from './definition.js';
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

  it('name every answer that may come, to steps and to compensations, once', () => {
    const [asked, undone] = ['toy.asked.v1', 'toy.undone.v1'].map((type) => ({ type }) as MessageType);
    const operation = (reply: MessageType) =>
      ({ ask: { replies: { reply } } }) as unknown as Operation<unknown, string>;
    const step = { ...operation(asked!), name: 'ask', afterPivot: false, compensate: operation(undone!) };
    const [one, two] = [definition('one', 1), definition('two', 1)].map((each) => ({
      ...each,
      steps: [step],
    }));
    expect(new SagaDefinitions([one!, two!]).replyTypes).toEqual(['toy.asked.v1', 'toy.undone.v1']);
  });

  it('refuses two definitions of one version', () => {
    expect(() => new SagaDefinitions([definition('place-order', 1), definition('place-order', 1)])).toThrow(
      Defect,
    );
  });
});
