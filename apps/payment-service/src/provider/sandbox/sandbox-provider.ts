import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '#libs/kernel/errors.js';
import type { Money } from '#libs/kernel/money.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import type { ChargeOutcome } from '../../domain/payment.js';
import type { Charge, ChargeReference, LedgerPage, Listing, PaymentProvider } from '../payment-provider.js';
import { behaviourFor } from './sandbox-behaviour.js';
import { chargeUnit, findUnit, refundUnit } from './sandbox-charge.unit.js';

/** A provider for demonstrations and tests that does to each charge what its token says, and keeps its own ledger. */
export class SandboxProvider implements PaymentProvider {
  /** @param ledger where pages of the sandbox's own book come from. */
  constructor(
    private readonly units: UnitOfWorkRunner,
    private readonly ledger: (listing: Listing) => Promise<LedgerPage>,
  ) {}

  async charge(asked: Charge, signal?: AbortSignal): Promise<ChargeOutcome> {
    const behaviour = behaviourFor(asked.token, asked.orderId);
    // Not ended by the signal: as with a real provider, a charge whose caller has gone is made all the same.
    if (behaviour.delaySeconds > 0) await delay(behaviour.delaySeconds * 1000);
    const charged = await this.units.run(chargeUnit(asked, behaviour));
    if (charged?.kind === 'failed')
      throw new Fault('the sandbox provider is out of order, as the token has it');
    // A key that is dead is refused at once, whatever its token: nothing would come of waiting.
    if (!charged || (!behaviour.answers && charged.kind !== 'dead')) return silence(signal);
    return charged;
  }

  refund(asked: ChargeReference): Promise<Money | null> {
    return this.units.run(refundUnit(asked));
  }

  find(key: string): Promise<ChargeOutcome | undefined> {
    return this.units.run(findUnit(key));
  }

  list(listing: Listing): Promise<LedgerPage> {
    return this.ledger(listing);
  }
}

/** No answer, ever; ends when the caller has had enough. */
const silence = (signal?: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = () =>
      reject(signal?.reason instanceof Error ? signal.reason : new Fault('the call was given up'));
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
