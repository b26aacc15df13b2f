import { PreconditionFailedException } from '@nestjs/common';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatEtag } from '#libs/http';
import { sagas } from '#libs/saga/runner';
import { orders } from '../../../persistence/order.row.js';
import { cancelOrderSagaId } from '../../../sagas/saga-ids.js';
import { orderSagas } from '../../../sagas/order-sagas.js';
import { Shop } from '../../../testing/in-memory-order-service.js';
import { actOnSaga } from './act-on-saga.unit.js';
import { ResolveNeedsIfMatch } from './saga-action.errors.js';

describe('taking the refund of a cancelled order as done by hand', () => {
  let shop: Shop;
  let orderId: string;
  beforeEach(async () => {
    shop = await Shop.open();
    orderId = (await shop.confirmed()).id;
    await shop.cancel(orderId);
  });

  const saga = () => shop.units.rows(sagas).find(({ id }) => id === cancelOrderSagaId(orderId))!;
  const resolve = (ifMatch: string | undefined) =>
    shop.units.run(
      actOnSaga(
        {
          saga: { id: saga().id, subject: orderId },
          action: 'resolve',
          reason: 'refunded',
          ifMatch,
          confirms: null,
        },
        shop.sagas as never,
        orderSagas as never,
      ).act,
    );

  it('goes on to the stock', async () => {
    const seen = formatEtag(saga().revision);
    await expect(resolve(seen)).resolves.toMatchObject({
      outcome: 'taken',
      asks: 'inventory.return-stock.v1',
    });
  });

  it('is not taken for the stock, which the saga may be waiting for by then', async () => {
    const seen = formatEtag(saga().revision);
    await shop.answer();
    expect(saga().step).toBe('return-stock');
    await expect(resolve(seen)).rejects.toThrow(PreconditionFailedException);
    await expect(resolve(undefined)).rejects.toThrow(ResolveNeedsIfMatch);
    expect(shop.units.rows(orders)[0]!.status).toBe('CANCELLING');
  });
});
