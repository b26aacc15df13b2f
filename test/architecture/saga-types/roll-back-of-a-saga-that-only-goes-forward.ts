import { defineSaga } from '#libs/saga/definition/definition.js';
import { untilAnswered } from '#libs/saga/definition/patience.js';
import { goOn } from '#libs/saga/definition/reactions.js';
import { commit, reservation, type Act, type Data } from './participants.js';

export const saga = defineSaga<Data, Act>('toy', { version: 1 })
  .pivot()
  .step('commit-stock', {
    ask: commit,
    with: reservation,
    on: { StockCommitted: goOn() },
    patience: untilAnswered,
  })
  .end({
    completed: { recordedAs: 'confirmed', act: () => 'confirm' },
    // @ts-expect-error Object literal may only specify known properties, and 'rolledBack' does not exist
    rolledBack: { recordedAs: 'rejected', act: () => 'reject' },
  });
