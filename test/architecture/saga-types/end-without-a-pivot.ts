import { defineSaga } from '#libs/saga/definition/definition.js';
import { compensated, goOn, rollBack } from '#libs/saga/definition/reactions.js';
import { order, release, reservation, reserve, type Act, type Code, type Data } from './participants.js';

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
  // @ts-expect-error Property 'end' does not exist
  .end({
    completed: { recordedAs: 'confirmed', act: () => 'confirm' },
    rolledBack: { recordedAs: 'rejected', act: () => 'reject' },
  });
