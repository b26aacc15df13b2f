import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf, type Caller } from '#libs/kernel/caller.js';
import { OutcomeUnknown } from '#libs/kernel/errors.js';
import { Outbox } from '#libs/messaging/outbox';
import { CommitUnknown, ConnectionLost } from '#libs/persistence/database/errors.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import type { OrderNumbers } from '../../persistence/order-numbers.js';
import type { OrderFreshness } from '../../queries/order-view/order-freshness.js';
import type { Places } from '../../http/places/places.js';
import type { PlaceOrderStarter } from '../../sagas/start-place-order.js';
import { PlaceOrder } from './place-order.command.js';
import { PlaceOrderController } from './place-order.controller.js';
import { placeOrderBody, requestedOrder } from './place-order.dto.js';
import { PlaceOrderHandler } from './place-order.handler.js';

const body = placeOrderBody.parse({
  items: [{ productId: 'TABLE', quantity: 1 }],
  shippingAddress: { street: '1 Main', city: 'Boston', zipCode: '02108' },
});
const caller = callerOf('cust-1', ['customer']);
const accepted = { id: '01990000-0000-7000-8000-000000000001', version: 1, status: 'PENDING' };

const headers = new Map<string, unknown>();
const reply = {
  raw: { on: () => undefined, once: () => undefined, off: () => undefined },
  header: (name: string, value: unknown) => (headers.set(name, value), reply),
};

/** Places an order where the command comes to this, and its order cannot be looked at. */
const place = async (execute: () => Promise<unknown>): Promise<unknown> => {
  const controller = new PlaceOrderController(
    { execute } as unknown as CommandBus,
    { settled: () => Promise.reject(new ConnectionLost('gone')) } as unknown as OrderFreshness,
    { leave: () => undefined } as unknown as Places,
  );
  const request = {} as FastifyRequest;
  return controller.place(body, caller, undefined, 'wait=5', request, reply as unknown as FastifyReply);
};

const handler = new PlaceOrderHandler(
  { run: () => Promise.reject(new CommitUnknown('lost at the commit')) } as unknown as UnitOfWorkRunner,
  { next: () => Promise.resolve('2026-000001') } as unknown as OrderNumbers,
  new Outbox('/order-service'),
  {} as PlaceOrderStarter,
);

describe('an order that is committed', () => {
  it('is answered as accepted when it cannot be looked at afterwards', async () => {
    Logger.overrideLogger(false);
    expect(await place(() => Promise.resolve({ response: accepted, replayed: false }))).toBe(accepted);
    expect(headers.get('location')).toBe(`/api/orders/${accepted.id}`);
    expect(headers.has('preference-applied')).toBe(false);
  });
});

describe('an order of which nobody knows whether it is committed', () => {
  it('is named to who asked for it', async () => {
    const command = new PlaceOrder(caller, 'cust-1', requestedOrder(body), null);
    const error: unknown = await place(() => handler.execute(command)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(OutcomeUnknown);
    const { orderId, order } = (error as OutcomeUnknown).particulars;
    expect(orderId).toMatch(/^[0-9a-f-]{36}$/);
    expect(order).toBe(`/api/orders/${String(orderId)}`);
  });
});

describe('an order for somebody else', () => {
  const placing = (by: Caller): Promise<unknown> =>
    handler.execute(new PlaceOrder(by, 'cust-2', requestedOrder(body), null));

  it('is refused to customers, by whichever door they come', async () => {
    await expect(placing(caller)).rejects.toMatchObject({ code: 'customer-not-yours' });
  });

  it('is what staff may place', async () => {
    await expect(placing(callerOf('op-1', ['operator']))).rejects.toBeInstanceOf(OutcomeUnknown);
  });
});
