import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  CommitStock,
  ReleaseStock,
  ReserveStock,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { PaymentPending, PaymentTaken, TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { queues } from '#libs/contracts/topology.js';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { giveBackSagaId } from '../../../apps/order-service/src/sagas/saga-ids.js';
import { eventually } from '../../support/eventually.js';
import { OrdersFixture } from './orders-fixture.js';
import { onWire } from './wire.js';

jest.setTimeout(60_000);

let orders: OrdersFixture;
beforeAll(async () => {
  orders = await OrdersFixture.start();
}, 60_000);
afterAll(() => orders.drop());

/** An order that has asked for its stock. */
let orderId: string;
let reserve: Envelope;
beforeEach(async () => {
  orderId = await orders.place();
  reserve = await orders.asked(orderId, ReserveStock);
});

const reservation = ({ data }: Envelope) => ({
  reservationId: (data as { reservationId: string }).reservationId,
});
const reserved = (changes: Partial<Envelope> = {}) =>
  orders.reply(reserve, StockReserved, reservation(reserve), changes);

/** The answers that make place-order end well, from the stock being held on. */
const paid = async (): Promise<Envelope> => {
  const take = await orders.asked(orderId, TakePayment);
  const { paymentId, amount } = take.data as { paymentId: string; amount: object };
  return orders.reply(take, PaymentTaken, { paymentId, amount });
};
const committed = async (): Promise<Envelope> => {
  const commit = await orders.asked(orderId, CommitStock);
  return orders.reply(commit, StockCommitted, reservation(commit));
};
const goesOnAndEndsWell = async (): Promise<void> => {
  await paid();
  await committed();
  await eventually(async () => expect(await orders.status(orderId)).toBe('CONFIRMED'));
};

const isParked = async (message: { id: string }, reason = 'defect'): Promise<void> => {
  const parked = await orders.parkedReply();
  expect([parked.properties.messageId, parked.properties.headers!['x-parked-reason']]).toEqual([
    message.id,
    reason,
  ]);
};
const isRecorded = (message: { id: string }, why: string): Promise<void> =>
  eventually(async () => {
    const entries = (await orders.timeline(orderId)).filter(({ messageId }) => messageId === message.id);
    expect(entries.map(({ kind, text }) => [kind, text.replace(/^.* Ignored: /, '')])).toEqual([
      ['ignored', `${why}.`],
    ]);
  });

/** With a prototype, and so deep that walking it takes more stack than there is. */
const odd = (body: string): string =>
  body.replace('{', '{"__proto__":{"id":1},').replace('"@"', '['.repeat(50_000) + ']'.repeat(50_000));

const notAReply = { sagaid: undefined, commandid: undefined };

describe('a reply that cannot be meant is parked, and the saga goes on without it:', () => {
  it.each<[string, Partial<Envelope>]>([
    ['it is for a saga that nobody knows', { sagaid: newId() }],
    [
      'it is for a saga that nobody knows, about an order that nobody knows',
      { sagaid: newId(), subject: newId() },
    ],
    ['it is about another order', { subject: newId() }],
    ['it is about something that is no order', { subject: 'something' }],
    ['it is about something that is no order and half an id', { subject: '0199' }],
    ['it does not say whose command it answers', notAReply],
    ['it does not say which command it answers', { commandid: undefined }],
  ])('%s', async (_, changes) => {
    await isParked(await reserved(changes));
    await reserved();
    await goesOnAndEndsWell();
  });

  it('its id came before with another body', async () => {
    const first = await reserved();
    await orders.asked(orderId, TakePayment);
    await orders.send({ ...first, time: '2020-01-01T00:00:00.000Z' });
    await isParked(first);
    await goesOnAndEndsWell();
  });

  it.each([
    ['another amount than was asked for', { amount: '29.98', currency: 'USD' }],
    ['another currency', { amount: '29.99', currency: 'EUR' }],
    ['more decimals than there are', { amount: '29.999', currency: 'USD' }],
    ['more than can be counted', { amount: '9999999999999999', currency: 'USD' }],
  ])('it says that %s was taken', async (_, amount) => {
    await reserved();
    const take = await orders.asked(orderId, TakePayment);
    const { paymentId } = take.data as { paymentId: string };
    await isParked(await orders.reply(take, PaymentTaken, { paymentId, amount }));
    await goesOnAndEndsWell();
  });
});

describe('a reply that changes nothing is recorded with the reason, and dropped:', () => {
  it('to a command that the saga never asked', async () => {
    await isRecorded(await reserved({ commandid: newId() }), 'this saga asked no command with that id');
    await reserved();
    await goesOnAndEndsWell();
  });

  it.each<[string, MessageType, object]>([
    ['another participant', PaymentTaken, { paymentId: newId(), amount: { amount: '1', currency: 'USD' } }],
    ['another command', StockReleased, { reservationId: newId() }],
  ])('of the kind that %s gives', async (_, message, data) => {
    const wrong = await orders.reply(reserve, message, data);
    await isRecorded(wrong, 'the command that was asked has no such answer');
    await reserved();
    await goesOnAndEndsWell();
  });

  it('to an old command, in a message of its own', async () => {
    await reserved();
    await orders.asked(orderId, TakePayment);
    await isRecorded(await reserved(), 'the command had been answered so before');
    await goesOnAndEndsWell();
  });

  it('that says for a second time that the answer comes later', async () => {
    await reserved();
    const take = await orders.asked(orderId, TakePayment);
    const { paymentId } = take.data as { paymentId: string };
    await orders.reply(take, PaymentPending, { paymentId });
    const again = await orders.reply(take, PaymentPending, { paymentId });
    await eventually(async () => {
      const kinds = (await orders.timeline(orderId)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'ignored' || kind === 'replied')).toEqual([
        'replied',
        'replied',
        'ignored',
      ]);
    });
    expect(again.id).toBeDefined();
    await goesOnAndEndsWell();
  });

  it('when the saga had ended', async () => {
    await reserved();
    await goesOnAndEndsWell();
    await isRecorded(await reserved(), 'the saga had ended');
    expect(await orders.status(orderId)).toBe('CONFIRMED');
  });
});

describe('a reply that contradicts the one before it', () => {
  const short = () => {
    const shortages = [{ sku: 'OAK-TABLE', requested: 1, available: 0 }];
    return orders.reply(reserve, StockShort, { ...reservation(reserve), shortages });
  };
  const isSeen = (message: { id: string }): Promise<void> =>
    eventually(async () => {
      const entries = (await orders.timeline(orderId)).filter(({ messageId }) => messageId === message.id);
      expect(entries.map(({ kind }) => kind)).toEqual(['contradicted']);
    });

  it('by refusing what was done: is parked, and the saga goes on without it', async () => {
    await reserved();
    await orders.asked(orderId, TakePayment);
    const refusal = await short();
    await isParked(refusal);
    await isSeen(refusal);
    await goesOnAndEndsWell();
  });

  it('by doing what was refused, when the saga is over: has that given back, once', async () => {
    await short();
    await eventually(async () => expect(await orders.status(orderId)).toBe('REJECTED'));
    const contradiction = await reserved();
    await isSeen(contradiction);
    const release = await orders.asked(orderId, ReleaseStock);
    expect(release.data).toEqual(reservation(reserve));
    await isRecorded(await reserved(), 'the saga had ended');
    await orders.reply(release, StockReleased, reservation(release));
    const giveBack = idToBytes(giveBackSagaId(reservation(reserve).reservationId));
    await eventually(async () =>
      expect(await orders.rows('SELECT status FROM sagas WHERE id = ?', giveBack)).toEqual([
        { status: 'completed' },
      ]),
    );
    expect(orders.allAsked(orderId, ReleaseStock)).toHaveLength(1);
    expect(await orders.status(orderId)).toBe('REJECTED');
  });
});

it('a success that comes late, when the step had been given up, is compensated', async () => {
  for (let attempt = 1; attempt <= 3; attempt++) {
    await orders.asked(orderId, ReserveStock, attempt);
    await orders.passDeadline(orderId);
  }
  const release = await orders.asked(orderId, ReleaseStock);
  const late = await reserved();
  await isRecorded(late, 'the step was given up before; whatever was done is being undone');
  await orders.reply(release, StockReleased, reservation(release));
  await eventually(async () => expect(await orders.status(orderId)).toBe('REJECTED'));
  expect(orders.allAsked(orderId, TakePayment)).toEqual([]);
});

it('the same reply ten times over has one effect', async () => {
  const reply = await reserved();
  for (let copy = 1; copy < 10; copy++) await orders.send(reply);
  await goesOnAndEndsWell();
  expect(orders.allAsked(orderId, TakePayment)).toHaveLength(1);
  expect((await orders.timeline(orderId)).filter(({ kind }) => kind === 'ignored')).toEqual([]);
});

it('a reply whose ids are in upper case is the same reply', async () => {
  const upper = (id: string | undefined) => id?.toUpperCase();
  await reserved({
    id: newId().toUpperCase(),
    sagaid: upper(reserve.sagaid),
    commandid: upper(reserve.commandid),
  });
  await goesOnAndEndsWell();
});

it('a reply with headers, properties and members that nobody asked for is taken for what it says', async () => {
  const { body, properties } = onWire(
    {
      ...orders.replyTo(reserve, StockReserved, reservation(reserve)),
      // A literal of its own, as the type of an envelope has no such members.
      ...{ nul: '\u0000', big: 2 ** 53, deep: '@' },
    },
    {
      type: 'order.cancelled.v1',
      contentType: undefined,
      replyTo: 'amq.direct',
      priority: 255,
      CC: [queues.paymentCommands.name],
      headers: {
        'x-attempt': -7,
        'x-parked-reason': 'defect',
        'x-parked-from': queues.catalogue.name,
        'x-delivery-count': 1_000_000,
        'x-death': [{ count: 1e9 }],
        'x-redriven-at': 'yesterday',
      },
    },
  );
  await orders.probe.send(queues.sagaReplies.name, odd(body as string), properties);
  await goesOnAndEndsWell();
});

it.each([
  [-1, 0],
  [2 ** 53, 3],
  ['soon', 0],
  [1.5, 0],
])('a forged attempt of %p counts as %p', async (forged, attempt) => {
  const message = orders.replyTo(reserve, StockReserved, reservation(reserve));
  const { body, properties } = onWire({ ...message, sagaid: newId() }, { headers: { 'x-attempt': forged } });
  await orders.probe.send(queues.sagaReplies.name, body, properties);
  const parked = await orders.parkedReply();
  expect(parked.properties.headers).toMatchObject({ 'x-attempt': attempt, 'x-parked-reason': 'defect' });
});

it('after all of it nothing is left, parked or unacked', async () => {
  await orders.close();
  expect(await orders.waitingReplies()).toEqual({ waiting: 0, parked: 0 });
});
