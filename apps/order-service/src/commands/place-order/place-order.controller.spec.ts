import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
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
import { placeOrderBody } from './place-order.dto.js';
import { PlaceOrderHandler } from './place-order.handler.js';

const body = placeOrderBody.parse({
  items: [{ productId: 'TABLE', quantity: 1 }],
  shippingAddress: { street: '1 Main', city: 'Boston', zipCode: '02108' },
});
const caller = { subject: 'cust-1', isStaff: false } as Caller;
const accepted = { id: '01990000-0000-7000-8000-000000000001', version: 1, status: 'PENDING' };

describe('an order that is committed', () => {
  it('is answered as accepted when it cannot be looked at afterwards', async () => {
    Logger.overrideLogger(false);
    const headers = new Map<string, unknown>();
    const reply = {
      raw: { on: () => undefined, once: () => undefined, off: () => undefined },
      header: (name: string, value: unknown) => (headers.set(name, value), reply),
    };
    const controller = new PlaceOrderController(
      { execute: () => Promise.resolve({ response: accepted, replayed: false }) } as unknown as CommandBus,
      { settled: () => Promise.reject(new ConnectionLost('gone')) } as unknown as OrderFreshness,
      { leave: () => undefined } as unknown as Places,
    );
    const place = controller.place.bind(controller) as (...args: unknown[]) => Promise<unknown>;
    const request = {} as FastifyRequest;
    expect(await place(body, caller, undefined, 'wait=5', request, reply as unknown as FastifyReply)).toBe(
      accepted,
    );
    expect(headers.get('location')).toBe(`/api/orders/${accepted.id}`);
    expect(headers.has('preference-applied')).toBe(false);
  });
});

describe('an order of which nobody knows whether it is committed', () => {
  it('is named to who asked for it', async () => {
    const handler = new PlaceOrderHandler(
      { run: () => Promise.reject(new CommitUnknown('lost at the commit')) } as unknown as UnitOfWorkRunner,
      { next: () => Promise.resolve('2026-000001') } as unknown as OrderNumbers,
      new Outbox('/order-service'),
      {} as PlaceOrderStarter,
    );
    const error: unknown = await handler
      .execute(new PlaceOrder('cust-1', 'cust-1', body, null))
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(OutcomeUnknown);
    const { orderId, order } = (error as OutcomeUnknown).particulars;
    expect(orderId).toMatch(/^[0-9a-f-]{36}$/);
    expect(order).toBe(`/api/orders/${String(orderId)}`);
  });
});
