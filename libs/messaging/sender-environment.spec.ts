import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { senderEnvironment } from './sender-environment.js';

const schema = z.object(senderEnvironment);

describe('BROKER_USERS', () => {
  it('names users by service, several of one', () => {
    const { BROKER_USERS } = schema.parse({
      BROKER_USERS: 'payment-service=acme, payment-service=acme-2,order-service=shop',
    });
    expect(BROKER_USERS).toEqual(
      new Map([
        ['payment-service', ['acme', 'acme-2']],
        ['order-service', ['shop']],
      ]),
    );
  });

  it.each(['acme', 'payment-service=', '=acme', 'billing-service=acme', 'payment-service=a=b', ','])(
    'is refused as %p',
    (text) => {
      expect(schema.safeParse({ BROKER_USERS: text }).success).toBe(false);
    },
  );
});

it('commands have to be proved where nothing is said', () => {
  expect(schema.parse({})).toEqual({ REQUIRE_SENDER: 'commands' });
  expect(schema.safeParse({ REQUIRE_SENDER: 'replies' }).success).toBe(false);
});
