import { describe, expect, it } from '@jest/globals';
import { Defect, Fault, LoneFault } from '#libs/kernel/errors.js';
import { money } from '#libs/kernel/money.js';
import { CircuitBreaker, type Attempt } from '#libs/messaging/consumer/circuit-breaker.js';
import { failureKindOf } from '#libs/messaging/parking/failure.js';
import { OutageAwareProvider } from './outage-aware-provider.js';
import { ProviderTimeout, type Charge, type PaymentProvider } from './payment-provider.js';
import { InMemoryProvider } from './testing/in-memory-provider.js';

const chargeOf = (key: string): Charge => ({
  key,
  orderId: 'order-1',
  customerId: 'cust-1',
  amount: money(2999, 'USD'),
  token: undefined,
});

const away = () => Promise.reject(new Fault('connection refused'));

/** The provider, with the given operations in the place of its own. */
const provider = (parts: Partial<PaymentProvider> = {}): OutageAwareProvider =>
  new OutageAwareProvider(Object.assign(new InMemoryProvider(), parts));

const failed = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );

describe('a provider that fails', () => {
  it('failed alone at a charge or a refund when it still answers what it holds', async () => {
    const flaky = provider({ charge: away, refund: away });
    await expect(flaky.charge(chargeOf('a'))).rejects.toThrow(LoneFault);
    await expect(flaky.refund(chargeOf('a'))).rejects.toThrow(LoneFault);
  });

  it('is away when it does not answer that either', async () => {
    const gone = provider({ charge: away, refund: away, find: away });
    for (const call of [gone.charge(chargeOf('a')), gone.refund(chargeOf('a'))]) {
      const error = await failed(call);
      expect(error).toBeInstanceOf(Fault);
      expect(error).not.toBeInstanceOf(LoneFault);
    }
  });

  it('leaves a charge without an answer to whoever looks for its outcome, and a defect what it is', async () => {
    const silent = provider({ charge: () => Promise.reject(new ProviderTimeout('no answer')) });
    await expect(silent.charge(chargeOf('a'))).rejects.toThrow(ProviderTimeout);
    const broken = provider({ charge: () => Promise.reject(new Defect('another amount')) });
    await expect(broken.charge(chargeOf('a'))).rejects.toThrow(Defect);
  });
});

describe('the circuit of payment-service', () => {
  /** As message-handling.ts does it, for so many payments in a row. */
  async function afterFailures(count: number, failing: PaymentProvider): Promise<boolean> {
    const circuitBreaker = new CircuitBreaker();
    for (let payment = 0; payment < count; payment += 1) {
      const attempt = (await circuitBreaker.enter()) as Attempt;
      const error = await failed(failing.charge(chargeOf(`payment-${payment}`)));
      if (failureKindOf(error) === 'infrastructure') attempt.failed();
      else attempt.inconclusive();
      if (circuitBreaker.isOpen) break;
    }
    circuitBreaker.stop();
    return circuitBreaker.isOpen;
  }

  it('stays closed however many charges fail in a row, as long as the provider is there', async () => {
    await expect(afterFailures(100, provider({ charge: away }))).resolves.toBe(false);
  });

  it('opens when the provider is away', async () => {
    await expect(afterFailures(100, provider({ charge: away, find: away }))).resolves.toBe(true);
  });
});
