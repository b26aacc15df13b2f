import { defineSaga } from '#libs/saga/definition/definition.js';
import { untilAnswered } from '#libs/saga/definition/patience.js';
import { compensated, goOn, rollBack } from '#libs/saga/definition/reactions.js';
import {
  commit,
  order,
  release,
  reservation,
  reserve,
  type Act,
  type Code,
  type Data,
} from './participants.js';

export const saga = defineSaga<Data, Act, Code>('toy', { version: 1 })
  .step('reserve-stock', {
    ask: reserve,
    with: order,
    on: {
      StockReserved: goOn(),
      StockShort: rollBack('out-of-stock'),
    },
    patience: {
      deadlineSeconds: 30,
      attempts: 3,
      onSilence: rollBack('inventory-timeout'),
    },
    compensate: {
      ask: release,
      with: reservation,
      on: { StockReleased: compensated() },
    },
    giveBack: () => 'give-back',
  })
  .pivot()
  .step('commit-stock', {
    ask: commit,
    with: reservation,
    on: {
      StockCommitted: goOn(),
    },
    patience: untilAnswered,
  })
  .end({
    completed: { recordedAs: 'confirmed', act: () => 'confirm' },
    rolledBack: { recordedAs: 'rejected', act: () => 'reject' },
  });
