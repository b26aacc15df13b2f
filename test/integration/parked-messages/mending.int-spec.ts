import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import {
  CommitStock,
  ReserveStock,
  StockCommitted,
  StockReserved,
} from '#libs/contracts/inventory/inventory.messages.js';
import { PaymentTaken, TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { queues } from '#libs/contracts/topology.js';
import { idToBytes } from '#libs/kernel/ids.js';
import { eventually } from '../../support/eventually.js';
import { secret } from '../../support/in-process.js';
import { signToken } from '../../../tools/tokens/sign-token.js';
import { expectOne, OrdersFixture } from '../hostile-amqp/orders-fixture.js';

jest.setTimeout(90_000);

let orders: OrdersFixture;

beforeAll(async () => {
  orders = await OrdersFixture.start({ COLLECT_PARKED: 'true' });
}, 60_000);
afterAll(async () => {
  await orders.close();
  await orders.drop();
});

const send = (path: string, payload: object, subject = 'op-1') => {
  const headers = { authorization: `Bearer ${signToken({ subject, roles: ['operator'], secret })}` };
  return orders.app.inject({ method: 'POST', url: `/api/admin/${path}`, headers, payload });
};
const post = async (path: string, payload: object): Promise<number> =>
  (await send(`dead-letters/${path}`, payload)).statusCode;

it('mends a reply whose amount is wrong: edited and redriven it has its effect, once', async () => {
  const id = await orders.place();
  await orders.reply(
    await orders.asked(id, ReserveStock),
    StockReserved,
    reservationOf(await orders.asked(id, ReserveStock)),
  );
  const charge = await orders.asked(id, TakePayment);
  const { paymentId } = charge.data;
  const wrong = { paymentId, amount: { amount: '1.00', currency: 'USD' } };
  const reply = await orders.reply(charge, PaymentTaken, wrong);

  const found = () =>
    orders.rows(
      `SELECT LOWER(HEX(id)) AS id FROM parked_messages
       WHERE message_id = ? AND state = 'parked' AND reason = 'defect' AND queue = ? AND saga_id = ?`,
      reply.id,
      queues.sagaReplies.name,
      idToBytes(charge.sagaid!),
    );
  await eventually(async () => expectOne(await found()));
  const [parked] = (await found()) as { id: string }[];
  const because = { reason: 'the provider booked 29.99' };
  // As it is, it is parked again.
  await expect(post(`${uuid(parked!.id)}/redrive`, because)).resolves.toBe(200);
  await eventually(async () => expectOne(await found()));
  const [again] = (await found()) as { id: string }[];
  expect(again!.id).not.toBe(parked!.id);

  const right = { paymentId, amount: { amount: '29.99', currency: 'USD' } };
  await expect(post(`${uuid(again!.id)}/edit`, { ...because, data: right })).resolves.toBe(200);
  const { id: proposal } = (await send(`dead-letters/${uuid(again!.id)}/redrive`, because)).json<{
    id: string;
  }>();
  const confirmed = await send(`proposals/${proposal}/confirm`, { reason: 'seen in the statement' }, 'op-2');
  expect(confirmed.statusCode).toBe(200);
  const commit = await orders.asked(id, CommitStock);
  await orders.reply(commit, StockCommitted, commit.data);
  await eventually(async () => expect(await orders.status(id)).toBe('CONFIRMED'));
  const taken = (await orders.timeline(id)).filter(({ messageId }) => messageId === reply.id);
  expect(taken).toHaveLength(1);
});

const reservationOf = ({ data }: { data: Record<string, unknown> }) => ({
  reservationId: data['reservationId'],
});

const uuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
