import type { Money } from '#libs/kernel/money.js';
import { lock, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work';
import type { ChargeOutcome } from '../../domain/payment.js';
import type { Charge, ChargeReference } from '../payment-provider.js';
import type { SandboxBehaviour } from './sandbox-behaviour.js';
import { charge, find, refund, type Charged, type SandboxCharge } from './sandbox-charge.js';
import { sandboxCharges } from './sandbox-charge.row.js';

/** The sandbox's three operations as units of work, so that charges that arrive together share a commit. */

export const chargeUnit = (asked: Charge, behaviour: SandboxBehaviour): UnitOfWork<Charged> => ({
  name: 'sandbox-charge',
  load: [lock(sandboxCharges, asked.key)],
  decide: (work) => {
    const known = work.find(sandboxCharges, asked.key);
    const { entry, charged } = charge(known, asked, behaviour, work.now);
    write(work, known, entry);
    return charged;
  },
});

export const refundUnit = (asked: ChargeReference): UnitOfWork<Money | null> => ({
  name: 'sandbox-refund',
  load: [lock(sandboxCharges, asked.key)],
  decide: (work) => {
    const known = work.find(sandboxCharges, asked.key);
    const { entry, givenBack } = refund(known, asked, work.now);
    write(work, known, entry);
    return givenBack;
  },
});

export const findUnit = (key: string): UnitOfWork<ChargeOutcome | undefined> => ({
  name: 'sandbox-find',
  load: [lock(sandboxCharges, key)],
  decide: (work) => {
    const known = work.find(sandboxCharges, key);
    if (!known) return undefined;
    const { entry, standing } = find(known, work.now);
    write(work, known, entry);
    return standing;
  },
});

function write(work: WorkingSet, known: SandboxCharge | undefined, entry: SandboxCharge | undefined): void {
  if (!entry || entry === known) return;
  if (known) work.update(sandboxCharges, entry);
  else work.insert(sandboxCharges, entry);
}
