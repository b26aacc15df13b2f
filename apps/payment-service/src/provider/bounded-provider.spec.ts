import { describe, expect, it } from '@jest/globals';
import { systemClock } from '#libs/kernel/clock.js';
import { money } from '#libs/kernel/money.js';
import { BoundedProvider } from './bounded-provider.js';
import { ProviderTimeout, type Charge } from './payment-provider.js';
import { InMemoryProvider } from './testing/in-memory-provider.js';

const chargeOf = (key: string): Charge => ({
  key,
  orderId: 'order-1',
  customerId: 'cust-1',
  amount: money(2999, 'USD'),
  token: undefined,
});

describe('a bounded provider', () => {
  it('gives up on a provider that does not answer, and tells it so', async () => {
    const silent = new InMemoryProvider(() => 'nothing');
    const bounded = new BoundedProvider(silent, { timeoutSeconds: 0.02, concurrency: 10 }, systemClock);
    await expect(bounded.charge(chargeOf('a'))).rejects.toThrow(ProviderTimeout);
  });

  it('gives up on an adapter that ignores the signal', async () => {
    const deaf = Object.assign(new InMemoryProvider(), { find: () => new Promise<never>(() => undefined) });
    const bounded = new BoundedProvider(deaf, { timeoutSeconds: 0.02, concurrency: 10 }, systemClock);
    await expect(bounded.find('a')).rejects.toThrow(ProviderTimeout);
  });

  it('has so many charges under way at once, and lets looks and refunds past them', async () => {
    const answers: (() => void)[] = [];
    const slow = Object.assign(new InMemoryProvider(), {
      charge: () =>
        new Promise((resolve) => {
          answers.push(() => resolve({ kind: 'captured' as const }));
        }),
    }) as InMemoryProvider;
    const bounded = new BoundedProvider(slow, { timeoutSeconds: 5, concurrency: 2 }, systemClock);
    const charges = ['a', 'b', 'c', 'd'].map((key) => bounded.charge(chargeOf(key)));
    expect(answers).toHaveLength(2);
    await expect(bounded.find('a')).resolves.toBeUndefined();
    await expect(bounded.refund({ key: 'b', orderId: 'order-1' })).resolves.toBeNull();
    expect(answers).toHaveLength(2);
    answers[0]!();
    await charges[0];
    expect(answers).toHaveLength(3);
    answers[1]!();
    answers[2]!();
    await Promise.all(charges.slice(0, 3));
    answers[3]!();
    await expect(charges[3]).resolves.toEqual({ kind: 'captured' });
  });
});
