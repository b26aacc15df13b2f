import { describe, expect, it } from '@jest/globals';
import type { ConsumeMessage } from 'amqplib';
import { queues } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import { BrokerUsers } from '../broker/broker-users.js';
import { asNew as asNewBy, parkedDeliveryOf as read, type ParkedDelivery } from './parked-delivery.js';
import { parked as parkedBy, type Carried } from './parking.js';
import type { WireMessage } from '../broker/publisher.js';

const queue = queues.inventoryCommands.name;
const at = new Date('2026-01-02T03:04:05.678Z');

const parkedDeliveryOf = (_: string, message: ConsumeMessage): ParkedDelivery =>
  read(queues.inventoryCommands, message, new BrokerUsers('order-service'));
const parked = (carried: Carried, told: Parameters<typeof parkedBy>[2]): WireMessage =>
  parkedBy('inventory-service', carried, told);
const asNew = (found: ParkedDelivery): WireMessage => asNewBy('order-service', found);

const consumed = (properties: object, content: Buffer = Buffer.from('bytes')): ConsumeMessage =>
  ({ properties, content, fields: {} }) as unknown as ConsumeMessage;

/** What a consumer gets of a message that was published like this, by a service that moves those of the queue. */
const arrived = ({ id, type, contentType, headers, body }: WireMessage): ConsumeMessage =>
  consumed({ messageId: id, type, contentType, headers, userId: 'inventory-service' }, body);

const carried = {
  queue,
  id: newId(),
  type: 't',
  contentType: 'c/t',
  body: Buffer.from('x'),
  attempt: 3,
  firstSender: 'order-service',
};

const death = (over: object = {}) => ({
  reason: 'delivery_limit',
  queue,
  count: 1,
  time: { '!': 'timestamp', value: at.getTime() / 1000 - 0.678 },
  ...over,
});

describe('a message in a parking lot', () => {
  it('says what its consumer parked it for', () => {
    const told = { reason: 'defect', detail: 'Defect: no', at } as const;
    expect(parkedDeliveryOf(queue, arrived(parked(carried, told)))).toMatchObject({
      queue,
      messageId: carried.id,
      type: 't',
      contentType: 'c/t',
      attempt: 3,
      body: carried.body,
      reason: 'defect',
      detail: 'Defect: no',
      parkedAt: at,
      redriveOf: null,
      firstSender: 'order-service',
      earlierDeliveries: 0,
    });
  });

  it('is of who published it, where the broker parked it, whatever it says itself', () => {
    const headers = { 'x-death': [death()], 'x-first-sender': 'order-service' };
    const found = parkedDeliveryOf(queue, consumed({ headers, userId: 'payment-service' }));
    expect(found.firstSender).toBe('payment-service');
  });

  it('shows that the broker parked it after too many deliveries, also when it waited in a delay before', () => {
    const headers = {
      'x-first-death-reason': 'expired',
      'x-death': [death(), { reason: 'expired', queue: 'retry.10s', count: 3 }],
    };
    expect(parkedDeliveryOf(queue, consumed({ headers }))).toMatchObject({
      reason: 'delivery-limit',
      parkedAt: new Date('2026-01-02T03:04:05.000Z'),
    });
  });

  it.each([
    ['nothing', {}],
    ['a reason that does not exist', { 'x-parked-reason': 'boredom' }],
    ['a reason that is no text', { 'x-parked-reason': { defect: true } }],
    ['the death of another queue', { 'x-death': [death({ queue: 'other' })] }],
    ['a death that is not one', { 'x-death': [null, 'delivery_limit'] }],
  ])('is there for an unknown reason when it says %s', (_, headers) => {
    expect(parkedDeliveryOf(queue, consumed({ headers })).reason).toBe('unknown');
  });

  it.each([undefined, 'yesterday', 7, '-000001-01-01T00:00:00.000Z', '+010000-01-01T00:00:00.000Z'])(
    'does not know when it was parked, where it says %p',
    (forged) => {
      const found = parkedDeliveryOf(queue, consumed({ headers: { 'x-parked-at': forged } }));
      expect(found.parkedAt).toBeNull();
    },
  );

  it('names the parked message that it was a redrive of, and nothing else', () => {
    const of = newId();
    const redrive = parked({ ...carried, redriveOf: of }, { reason: 'defect', detail: '', at });
    expect(parkedDeliveryOf(queue, arrived(redrive)).redriveOf).toBe(of);
    expect(parkedDeliveryOf(queue, consumed({ headers: { 'x-redriven': 'all' } })).redriveOf).toBeNull();
  });
});

describe('the id of a parking', () => {
  const idOf = (over: Partial<typeof carried> = {}, time = at, reason: 'defect' | 'not-json' = 'defect') =>
    parkedDeliveryOf(queue, arrived(parked({ ...carried, ...over }, { reason, detail: 'd', at: time }))).id;

  it('is the same each time that it is delivered', () => {
    const again = arrived(parked(carried, { reason: 'defect', detail: 'd', at }));
    Object.assign(again.properties.headers!, { 'x-delivery-count': 7 });
    expect(parkedDeliveryOf(queue, again).id).toBe(idOf());
  });

  it('begins with its time, so that it sorts by it', () => {
    expect(Number.parseInt(idOf().replaceAll('-', '').slice(0, 12), 16)).toBe(at.getTime());
    expect(idOf()[14]).toBe('7');
  });

  it('differs for another message, other bytes, another reason, or the same message parked again', () => {
    const ids = [
      idOf(),
      idOf({ id: newId() }),
      idOf({ body: Buffer.from('y') }),
      idOf({}, at, 'not-json'),
      idOf({}, new Date(at.getTime() + 1)),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    [
      'parked by a consumer',
      parked({ ...carried, redriveOf: newId() }, { reason: 'defect', detail: 'd', at }),
    ],
    [
      'put there by somebody',
      { exchange: '', routingKey: '', mandatory: true, contentType: 'c', body: Buffer.of(1) },
    ],
  ])('stays when the message is put into its lot anew, %s', (_, message) => {
    const found = parkedDeliveryOf(queue, arrived(message));
    expect(parkedDeliveryOf(queue, arrived(asNew(found)))).toEqual(found);
  });

  it('stays, too, when the broker had parked it', () => {
    const found = parkedDeliveryOf(queue, consumed({ messageId: 'm', headers: { 'x-death': [death()] } }));
    const again = parkedDeliveryOf(queue, arrived(asNew(found)));
    expect(again).toMatchObject({ id: found.id, reason: 'delivery-limit', parkedAt: found.parkedAt });
    expect(asNew(found)).toMatchObject({
      routingKey: `${queue}.parked`,
      exchange: 'order-service.moves',
      id: 'm',
    });
  });
});
