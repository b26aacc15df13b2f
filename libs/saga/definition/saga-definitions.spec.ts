import { describe, expect, it } from '@jest/globals';
import type { MessageType } from '#libs/contracts/message-type.js';
import { Defect, LoneFault } from '#libs/kernel/errors.js';
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

const like = ({ name, version }: SagaDefinition<unknown, string>): unknown =>
  expect.objectContaining({ name, version });

describe('the definitions that a process knows', () => {
  it('gives each saga the version that it began with', () => {
    const old = definition('place-order', 1);
    const definitions = new SagaDefinitions([old, definition('place-order', 2)]);
    expect(definitions.get('place-order', 1)).toBe(old);
  });

  it('calls an unknown version a fault, because a process of another release may know it', () => {
    const definitions = new SagaDefinitions([definition('place-order', 1)]);
    expect(() => definitions.get('place-order', 2)).toThrow(LoneFault);
    expect(() => definitions.get('place-order', 2)).toThrow(
      'this process has no definition of place-order version 2; it has place-order version 1',
    );
    expect(() => new SagaDefinitions([]).get('place-order', 2)).toThrow(/; it has none$/);
    const both = new SagaDefinitions([definition('place-order', 1), definition('cancel-order', 1)]);
    expect(() => both.get('place-order', 2)).toThrow(/it has place-order version 1, cancel-order version 1$/);
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

  it('lets new sagas begin with the newest version, and with no other', () => {
    const versions = [2, 10, 1].map((version) => definition('place-order', version));
    const definitions = new SagaDefinitions([...versions, definition('cancel-order', 1)]);
    expect(definitions.newest).toEqual(
      [definition('place-order', 10), definition('cancel-order', 1)].map(like),
    );
    expect(() => definitions.expectNewest(definition('place-order', 10))).not.toThrow();
    expect(() => definitions.expectNewest(definition('place-order', 2))).toThrow(
      /place-order version 2, which is not the newest: that is version 10/,
    );
    expect(() => definitions.expectNewest(definition('return-items', 1))).toThrow(
      'a saga was to begin with return-items version 1, which is not registered',
    );
  });

  it('refuses two definitions of one version', () => {
    expect(() => new SagaDefinitions([definition('place-order', 1), definition('place-order', 1)])).toThrow(
      new Defect('two definitions of place-order version 1'),
    );
  });
});
