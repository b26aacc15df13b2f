import { describe, expect, it } from '@jest/globals';
import { ProductChanged, StockReserved } from '#libs/contracts/inventory/inventory.messages.js';
import { OrderPlaced } from '#libs/contracts/order/order.messages.js';
import { PaymentTaken, TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { BrokerUsers, type NamedUsers } from '../broker/broker-users.js';
import { SenderCheck, type RequiredSenders } from './sender-check.js';

const reasonFor = (
  { type }: { type: string },
  sender: string | undefined,
  { own = 'order-service', named, required }: Partial<Settings> = {},
): string | undefined =>
  new SenderCheck(new BrokerUsers(own, named), required).objectionTo(type, sender)?.reason;

interface Settings {
  readonly own: string;
  readonly named: NamedUsers;
  readonly required: RequiredSenders;
}

describe('Whether a message comes from who may send it', () => {
  it.each([
    [TakePayment, 'order-service'],
    [PaymentTaken, 'payment-service'],
    [StockReserved, 'inventory-service'],
    [ProductChanged, 'inventory-service'],
    [OrderPlaced, 'order-service'],
  ] as const)('takes $type from %s and from nobody else', (message, sender) => {
    const others = [
      'order-service',
      'inventory-service',
      'payment-service',
      'guest',
      'toString',
      '__proto__',
    ];
    for (const other of others) {
      const expected = other === sender ? undefined : 'wrong-sender';
      expect([other, reasonFor(message, other, { own: 'nobody-of-these' })]).toEqual([other, expected]);
    }
  });

  it.each([
    ['none', undefined, undefined],
    ['commands', 'no-sender', undefined],
    ['all', 'no-sender', 'no-sender'],
  ] as const)('without a proof: with %s, a command is %p and a reply %p', (required, command, reply) => {
    expect(reasonFor(TakePayment, undefined, { required })).toBe(command);
    expect(reasonFor(PaymentTaken, undefined, { required })).toBe(reply);
    expect(reasonFor(ProductChanged, undefined, { required })).toBe(reply);
    // Proved to be somebody else's, it is refused in any case.
    expect(reasonFor(TakePayment, 'inventory-service', { required })).toBe('wrong-sender');
  });

  it('needs a proof for commands where nothing is said', () => {
    expect(reasonFor(TakePayment, undefined)).toBe('no-sender');
    expect(reasonFor(PaymentTaken, undefined)).toBeUndefined();
  });

  it('believes its own user anything, which services may share', () => {
    expect(reasonFor(TakePayment, 'shop', { own: 'shop' })).toBeUndefined();
    expect(reasonFor(PaymentTaken, 'shop', { own: 'shop' })).toBeUndefined();
  });

  it('knows users that are not named like their services, several while one is replaced', () => {
    const named: NamedUsers = new Map([['payment-service', ['acme', 'acme-2']]]);
    expect(reasonFor(PaymentTaken, 'acme', { named })).toBeUndefined();
    expect(reasonFor(PaymentTaken, 'acme-2', { named })).toBeUndefined();
    expect(reasonFor(PaymentTaken, 'payment-service', { named })).toBe('wrong-sender');
    expect(reasonFor(StockReserved, 'acme', { named })).toBe('wrong-sender');
    expect(reasonFor(StockReserved, 'inventory-service', { named })).toBeUndefined();
  });
});
