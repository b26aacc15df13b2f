import { beforeEach, describe, expect, it } from '@jest/globals';
import { callerOf } from '#libs/kernel/caller.js';
import type { OrderEventData } from '#libs/contracts/order/order.messages.js';
import { sagaTimeline } from '#libs/saga/runner/saga-timeline.row.js';
import { sagas } from '#libs/saga/runner';
import { toOrder } from '../../persistence/order.mapper.js';
import { orders } from '../../persistence/order.row.js';
import { cancelOrderSagaId } from '../../sagas/saga-ids.js';
import { InMemoryOrderService, operator } from '../../testing/in-memory-order-service.js';
import { cancelOrderBody } from './cancel-order.dto.js';

let service: InMemoryOrderService;

beforeEach(async () => {
  service = await InMemoryOrderService.open();
});

const order = () => toOrder(service.units.rows(orders)[0]!);
const sagaOf = (id: string) => service.units.rows(sagas).find((saga) => saga.id === id);

/** Sequence and new status of each event of the order, as a listener gets them. */
const told = () =>
  service
    .sent()
    .filter(({ type }) => type.startsWith('order.'))
    .map(({ type, sequence, data }) => [
      sequence,
      type.split('.')[1],
      (data as unknown as OrderEventData).order.status,
    ]);

describe('cancelling an order before its pivot', () => {
  it('rolls its saga back; it ends rejected, for the reason that the customer gave', async () => {
    const { id } = await service.place();
    await service.answer();
    expect(await service.cancel(id, { reason: 'ordered twice' })).toMatchObject({
      status: 'PENDING',
      version: 2,
      requests: [{ askedFor: 'CANCELLED', by: 'customer', note: 'ordered twice' }],
    });
    await service.answerAll();
    expect(order()).toMatchObject({
      status: 'REJECTED',
      version: 3,
      reason: { code: 'cancelled-by-customer', detail: 'ordered twice' },
      payment: { status: 'REFUNDED' },
    });
    expect(told()).toEqual([
      [1, 'placed', 'PENDING'],
      [2, 'updated', 'PENDING'],
      [3, 'rejected', 'REJECTED'],
    ]);
    expect(sagaOf(cancelOrderSagaId(id))).toBeUndefined();
  });

  it('says who it was when it was not the customer', async () => {
    const { id } = await service.place();
    await service.cancel(id, { caller: operator });
    await service.answerAll();
    expect(order().reason).toEqual({
      code: 'cancelled-by-operator',
      detail: 'Cancelled by an operator.',
    });
  });

  it('changes nothing more when it is asked twice, or while the saga rolls back anyway', async () => {
    const { id } = await service.place();
    const first = await service.cancel(id);
    const entries = service.units.rows(sagaTimeline).length;
    expect(await service.cancel(id)).toEqual(first);
    expect(await service.cancel(id, { caller: operator })).toEqual(first);
    expect(service.units.rows(sagaTimeline)).toHaveLength(entries);
  });
});

describe('cancelling an order past its pivot', () => {
  const pastThePivot = async () => {
    const { id } = await service.place();
    await service.answer();
    await service.answer();
    expect(service.asked().at(-1)).toBe('inventory.commit-stock.v1');
    return id;
  };

  it('is remembered: once confirmed the order is cancelled in the same unit, and all is given back', async () => {
    const id = await pastThePivot();
    expect(await service.cancel(id)).toMatchObject({ status: 'PENDING', version: 2 });
    await service.answer();
    expect(order()).toMatchObject({ status: 'CANCELLING', version: 4 });
    expect(service.asked().at(-1)).toBe('payment.refund-payment.v1');
    await service.answerAll();
    expect(order()).toMatchObject({
      status: 'CANCELLED',
      version: 5,
      payment: { status: 'REFUNDED' },
      reason: { code: 'cancelled-by-customer' },
    });
    expect(told()).toEqual([
      [1, 'placed', 'PENDING'],
      [2, 'updated', 'PENDING'],
      [3, 'confirmed', 'CONFIRMED'],
      [4, 'updated', 'CANCELLING'],
      [5, 'cancelled', 'CANCELLED'],
    ]);
    expect(sagaOf(id)?.status).toBe('completed');
    expect(sagaOf(cancelOrderSagaId(id))?.status).toBe('completed');
  });

  it('is remembered while the saga waits for attention, too', async () => {
    const id = await pastThePivot();
    for (let deadlines = 0; deadlines < 10; deadlines += 1) {
      await service.sagas.deadlinePassed({ id, subject: id, revision: sagaOf(id)!.revision });
    }
    expect(sagaOf(id)?.status).toBe('needs-attention');
    await service.cancel(id);
    await service.answerAll();
    expect(order().status).toBe('CANCELLED');
  });
});

describe('cancelling a confirmed order', () => {
  it('gives money and stock back once, however often it is asked', async () => {
    const { id } = await service.confirmed();
    const [one, two] = await Promise.all([service.cancel(id), service.cancel(id, { caller: operator })]);
    expect(one).toMatchObject({ status: 'CANCELLING', version: 3 });
    expect(two).toEqual(one);
    await service.answerAll();
    expect(await service.cancel(id)).toMatchObject({ status: 'CANCELLED', version: 4 });
    expect(service.asked().slice(3)).toEqual(['payment.refund-payment.v1', 'inventory.return-stock.v1']);
    expect(service.units.rows(sagas)).toHaveLength(2);
  });

  it('returns only the stock where the customer was to pay on delivery', async () => {
    const { id } = await service.confirmed('cash_on_delivery');
    await service.cancel(id);
    await service.answerAll();
    expect(service.asked().slice(2)).toEqual(['inventory.return-stock.v1']);
    expect(order()).toMatchObject({ status: 'CANCELLED', payment: { status: 'CANCELLED', paymentId: null } });
  });

  it('works while it is being prepared, and is too late once it is shipped', async () => {
    const [prepared, shipped] = [await service.confirmed(), await service.confirmed()];
    for (const { id } of [prepared, shipped]) await service.setStatus(id, { status: 'PREPARING' });
    await service.setStatus(shipped.id, { status: 'SHIPPED', trackingNumber: 'T-1' });
    expect(await service.cancel(prepared.id)).toMatchObject({ status: 'CANCELLING' });
    await expect(service.cancel(shipped.id)).rejects.toMatchObject({ code: 'too-late-to-cancel' });
  });

  it('has one outcome when it is shipped at the same time', async () => {
    const { id } = await service.confirmed();
    await service.setStatus(id, { status: 'PREPARING' });
    const outcomes = await Promise.allSettled([
      service.cancel(id),
      service.setStatus(id, { status: 'SHIPPED', trackingNumber: 'T-1' }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('cancelling an order that was rejected', () => {
  it('changes nothing', async () => {
    const { id } = await service.place();
    await service.cancel(id);
    await service.answerAll();
    const before = [service.units.rows(orders), service.sent()];
    expect(await service.cancel(id)).toMatchObject({ status: 'REJECTED' });
    expect([service.units.rows(orders), service.sent()]).toEqual(before);
  });
});

describe('who may cancel', () => {
  it.each([
    ['another customer', callerOf('cust-2', ['customer'])],
    ['a seller of the same name', callerOf('cust-1', ['seller'])],
  ])('not %s, who does not even learn that there is such an order', async (_, caller) => {
    const { id } = await service.place();
    await expect(service.cancel(id, { caller })).rejects.toMatchObject({ code: 'order-not-found' });
    expect(order()).toMatchObject({ status: 'PENDING', version: 1 });
  });

  it('nobody an order that is not there', async () => {
    await expect(service.cancel('01990000-0000-7000-8000-00000000ffff')).rejects.toMatchObject({
      code: 'order-not-found',
    });
  });

  it('whoever knows the order as it is now, where they say which they know', async () => {
    const { id } = await service.place();
    await expect(service.cancel(id, { expectedVersions: [2] })).rejects.toMatchObject({
      code: 'stale-order',
    });
    expect(await service.cancel(id, { expectedVersions: [1] })).toMatchObject({ version: 2 });
  });
});

describe('the body of a cancellation', () => {
  it('may be left out', () => {
    expect(cancelOrderBody.parse(undefined)).toEqual({});
  });

  it.each([{ reason: 'x'.repeat(501) }, { status: 'CANCELLED' }, [], null, { reason: 'a\u0000b' }])(
    'is not %j',
    (body) => {
      expect(cancelOrderBody.safeParse(body).success).toBe(false);
    },
  );
});
