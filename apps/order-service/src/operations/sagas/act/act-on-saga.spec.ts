import { PreconditionFailedException } from '@nestjs/common';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatEtag } from '#libs/http';
import { sagas } from '#libs/saga/runner';
import { orders } from '../../../persistence/order.row.js';
import { cancelOrderSagaId } from '../../../sagas/saga-ids.js';
import { orderSagas } from '../../../sagas/order-sagas.js';
import { InMemoryOrderService } from '../../../testing/in-memory-order-service.js';
import { actOnSaga } from './act-on-saga.unit.js';
import { ResolveNeedsIfMatch } from './saga-action.errors.js';

describe('taking the refund of a cancelled order as done by hand', () => {
  let service: InMemoryOrderService;
  let orderId: string;
  beforeEach(async () => {
    service = await InMemoryOrderService.open();
    orderId = (await service.confirmed()).id;
    await service.cancel(orderId);
  });

  const saga = () => service.units.rows(sagas).find(({ id }) => id === cancelOrderSagaId(orderId))!;
  const resolve = (ifMatch: string | undefined) =>
    service.units.run(
      actOnSaga(
        {
          saga: { id: saga().id, subject: orderId },
          action: 'resolve',
          reason: 'refunded',
          ifMatch,
          confirms: null,
        },
        service.sagas as never,
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
    await service.answer();
    expect(saga().step).toBe('return-stock');
    await expect(resolve(seen)).rejects.toThrow(PreconditionFailedException);
    await expect(resolve(undefined)).rejects.toThrow(ResolveNeedsIfMatch);
    expect(service.units.rows(orders)[0]!.status).toBe('CANCELLING');
  });
});
