import { describe, expect, it } from '@jest/globals';
import { queues } from '#libs/contracts/topology.js';
import { BrokerUsers } from '../broker/broker-users.js';
import { firstSenderOf } from './first-sender.js';

const users = new BrokerUsers('payment-service');
const of = (userId: unknown, told?: unknown): string | undefined =>
  firstSenderOf(
    queues.paymentCommands,
    { userId, headers: told === undefined ? {} : { 'x-first-sender': told } },
    users,
  );

describe('The first sender of a message', () => {
  it('is the user that the broker has proved', () => {
    expect(of('order-service')).toBe('order-service');
    expect(of('inventory-service')).toBe('inventory-service');
  });

  it.each(['payment-service', 'order-service'])('is who %s says that it was, who has moved it', (mover) => {
    expect(of(mover, 'inventory-service')).toBe('inventory-service');
    expect(of(mover, '')).toBeUndefined();
  });

  it('is not who somebody else says that it was', () => {
    expect(of('inventory-service', 'order-service')).toBe('inventory-service');
    expect(of('inventory-service', '')).toBe('inventory-service');
  });

  it.each([undefined, '', 7])(
    'is not known where the broker has proved none (%p), whatever it says',
    (userId) => {
      expect(of(userId, 'order-service')).toBeUndefined();
    },
  );

  it.each([[['order-service']], [7], [null]])('is not a header that is no text (%p)', (told) => {
    expect(of('order-service', told)).toBe('order-service');
  });
});
