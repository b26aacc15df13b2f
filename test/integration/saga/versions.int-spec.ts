import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  StockCommitted,
  StockReleased,
  StockReserved,
} from '#libs/contracts/inventory/inventory.messages.js';
import { PaymentTaken } from '#libs/contracts/payment/payment.messages.js';
import { LoneFault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { defineSaga } from '#libs/saga/definition/definition.js';
import { untilAnswered } from '#libs/saga/definition/patience.js';
import { compensated, goOn, rollBack } from '#libs/saga/definition/reactions.js';
import type { AnySagaDefinition } from '#libs/saga/definition/saga-definitions.js';
import * as inventory from '../../../apps/order-service/src/sagas/participants/inventory.participant.js';
import type {
  PlaceOrderAct,
  PlaceOrderData,
} from '../../../apps/order-service/src/sagas/place-order.saga.js';
import { placeOrderSagaV1 } from '../../../apps/order-service/src/sagas/place-order.v1.saga.js';
import { samples } from '../../../apps/order-service/src/sagas/testing/place-order.samples.js';
import { SagaDatabase, type Release } from './saga-database.js';

type Definition = AnySagaDefinition<PlaceOrderAct>;

const v1: Definition = placeOrderSagaV1;

/** The next version of the same saga, in which nobody pays and the step has another name. */
const v2 = defineSaga<PlaceOrderData, PlaceOrderAct>('place-order', { version: 2 })
  .step('hold-stock', {
    ask: inventory.reserveStock,
    with: ({ reservationId, lines }) => ({ reservationId, lines: [...lines] }),
    on: {
      StockReserved: goOn(),
      StockShort: rollBack('out-of-stock'),
      ReservationCancelled: rollBack('out-of-stock'),
    },
    patience: { deadlineSeconds: 30, attempts: 1, onSilence: rollBack('inventory-timeout') },
    compensate: {
      ask: inventory.releaseStock,
      with: ({ reservationId }) => ({ reservationId }),
      on: { StockReleased: compensated() },
    },
    giveBack: ({ reservationId }) => ({ type: 'give-back', what: { kind: 'release', id: reservationId } }),
  })
  .pivot()
  .step('sell-stock', {
    ask: inventory.commitStock,
    with: ({ reservationId }) => ({ reservationId }),
    on: { StockCommitted: goOn() },
    patience: untilAnswered,
  })
  .end(placeOrderSagaV1.ends as Required<typeof placeOrderSagaV1.ends>);

const data: PlaceOrderData = {
  ...samples.begunWith['card']!,
  orderId: newId(),
  reservationId: newId(),
  paymentId: newId(),
};
const payment = { paymentId: data.paymentId, amount: data.total };
const reservation = { reservationId: data.reservationId };

describe('a saga of version 1, when version 2 is deployed beside it', () => {
  let database: SagaDatabase<PlaceOrderAct>;
  let old: Release<PlaceOrderAct>;
  let now: Release<PlaceOrderAct>;

  beforeAll(async () => {
    database = await SagaDatabase.create();
    old = database.release(v1);
    now = database.release(v1, v2);
  });

  beforeEach(async () => {
    await database.source.query('DELETE FROM sagas');
    database.acts.length = 0;
  });

  afterAll(() => database.drop());

  it('goes on with the steps of version 1, to its end', async () => {
    const saga = await old.begin(v1, data);
    await now.runner.reply(await database.answer(saga, StockReserved, reservation));
    expect(await database.row(saga)).toMatchObject({ version: 1, step: 'take-payment' });
    await now.runner.reply(await database.answer(saga, PaymentTaken, payment));
    await now.runner.reply(await database.answer(saga, StockCommitted, reservation));
    expect(await database.row(saga)).toMatchObject({ version: 1, status: 'completed' });
    expect(database.acts).toMatchObject([{ type: 'confirm', payment: { status: 'PAID' } }]);
  });

  it('goes on rolling back with the compensations of version 1', async () => {
    const saga = await old.begin(v1, data);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await database.makeDue();
      expect(await now.fireDeadlines()).toEqual([saga.id]);
    }
    expect(await database.row(saga)).toMatchObject({ version: 1, status: 'rolling-back' });
    await now.runner.reply(await database.answer(saga, StockReleased, reservation));
    expect(database.acts).toMatchObject([{ type: 'reject', reason: { code: 'inventory-timeout' } }]);
  });

  it('is not what new ones are', async () => {
    const saga = await now.begin(v2, data);
    expect(await database.row(saga)).toMatchObject({ version: 2, step: 'hold-stock' });
    await now.runner.reply(await database.answer(saga, StockReserved, reservation));
    expect(await database.row(saga)).toMatchObject({ version: 2, step: 'sell-stock' });
    await expect(now.begin(v1, data)).rejects.toThrow(/not the newest/);
  });

  it('is all that a process of the old release touches', async () => {
    const [theirs, ours] = [await now.begin(v2, data), await old.begin(v1, data)];
    await database.makeDue();
    const before = await database.row(theirs);
    expect(await old.fireDeadlines()).toEqual([ours.id]);
    const reply = await database.answer(theirs, StockReserved, reservation);
    await expect(old.runner.reply(reply)).rejects.toThrow(LoneFault);
    expect(await database.row(theirs)).toEqual(before);
    // Not consumed by the process that could do nothing with it.
    await expect(now.runner.reply(reply)).resolves.toBe('taken');
  });

  it('is left alone by a process that has only version 2', async () => {
    const later = database.release(v2);
    const [theirs, ours] = [await old.begin(v1, data), await later.begin(v2, data)];
    await database.makeDue();
    const before = await database.row(theirs);
    expect(await later.fireDeadlines()).toEqual([ours.id]);
    const reply = await database.answer(theirs, StockReserved, reservation);
    await expect(later.runner.reply(reply)).rejects.toThrow(LoneFault);
    expect(await database.row(theirs)).toEqual(before);
    await expect(old.runner.reply(reply)).resolves.toBe('taken');
  });
});
