import { Defect } from '#libs/kernel/errors.js';
import { money, type Money } from '#libs/kernel/money.js';
import type { ChargeOutcome, DeclineCode } from '../../domain/payment.js';
import type { Charge, ChargeReference, LedgerEntry } from '../payment-provider.js';
import type { SandboxBehaviour } from './sandbox-behaviour.js';

/** The sandbox's bookkeeping, pure: one entry a key, whatever is asked of it. */
export interface SandboxCharge {
  readonly key: string;
  readonly orderId: string;
  /** What was asked for; null when the key was killed before anybody asked. */
  readonly amountMinor: number | null;
  readonly currency: string | null;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  /** No charge with this key will be made any more. */
  readonly dead: boolean;
  readonly declineCode: DeclineCode | null;
  /** How often a charge failed, by design of its token. */
  readonly failures: number;
  /** When a pending charge is captured; null when none is pending. */
  readonly settlesAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly capturedAt: Date | null;
  readonly refundedAt: Date | null;
}

/** What a charge comes to. `failed`: on purpose, this time. Undefined: nothing was made. */
export type Charged = ChargeOutcome | { readonly kind: 'failed' } | undefined;

/** @throws Defect when the key was charged before with another amount. */
export function charge(
  known: SandboxCharge | undefined,
  asked: Charge,
  { decision, failures }: SandboxBehaviour,
  at: Date,
): { readonly entry: SandboxCharge | undefined; readonly charged: Charged } {
  const before = known && settled(known, at);
  if (before) refuseOtherAmount(before, asked.amount);
  const standing = before && standingOf(before);
  if (standing) return { entry: before, charged: standing };
  const open = before ?? opened(asked, asked.amount, at);
  if (open.failures < failures) {
    return { entry: { ...open, failures: open.failures + 1, updatedAt: at }, charged: { kind: 'failed' } };
  }
  if (decision.kind === 'do-nothing') return { entry: before, charged: undefined };
  const entry = decided(open, asked.amount, decision, at);
  return { entry, charged: standingOf(entry) };
}

/** Gives back what is held and kills the key. */
export function refund(
  known: SandboxCharge | undefined,
  asked: ChargeReference,
  at: Date,
): { readonly entry: SandboxCharge; readonly givenBack: Money | null } {
  const before = known ? settled(known, at) : opened(asked, null, at);
  const entry = before.dead ? before : killed(before, at);
  return { entry, givenBack: refundedOf(entry) };
}

/** How the entry stands at a time; undefined when nothing was decided and the key is alive. */
export const find = (
  known: SandboxCharge,
  at: Date,
): { readonly entry: SandboxCharge; readonly standing: ChargeOutcome | undefined } => {
  const entry = settled(known, at);
  return { entry, standing: standingOf(entry) };
};

/** The entry as the ledger shows it at a time: by its amounts, whatever else it says. */
export function ledgerEntry(known: SandboxCharge, at: Date): LedgerEntry {
  const { key, orderId, currency, capturedMinor, refundedMinor, settlesAt, createdAt } = settled(known, at);
  const amountOf = (minor: number): Money | null =>
    minor > 0 && currency !== null ? money(minor, currency) : null;
  return {
    key,
    orderId,
    captured: amountOf(capturedMinor),
    refunded: amountOf(refundedMinor),
    pending: settlesAt !== null,
    madeAt: createdAt,
  };
}

const opened = ({ key, orderId }: ChargeReference, amount: Money | null, at: Date): SandboxCharge => ({
  key,
  orderId,
  amountMinor: amount?.amountMinor ?? null,
  currency: amount?.currency ?? null,
  capturedMinor: 0,
  refundedMinor: 0,
  dead: false,
  declineCode: null,
  failures: 0,
  settlesAt: null,
  createdAt: at,
  updatedAt: at,
  capturedAt: null,
  refundedAt: null,
});

type Decision = Exclude<SandboxBehaviour['decision'], { kind: 'do-nothing' }>;

function decided(open: SandboxCharge, amount: Money, decision: Decision, at: Date): SandboxCharge {
  switch (decision.kind) {
    case 'capture':
      return captured(open, amount.amountMinor, at);
    case 'decline':
      return { ...open, declineCode: decision.code, updatedAt: at };
    case 'settle-later':
      return { ...open, settlesAt: new Date(at.getTime() + decision.seconds * 1000), updatedAt: at };
  }
}

const captured = (entry: SandboxCharge, capturedMinor: number, at: Date): SandboxCharge => ({
  ...entry,
  capturedMinor,
  settlesAt: null,
  capturedAt: at,
  updatedAt: at,
});

/** Nobody can tell when a pending charge was captured except by asking, so it is captured when somebody asks. */
function settled(entry: SandboxCharge, at: Date): SandboxCharge {
  if (!entry.settlesAt || entry.settlesAt > at || entry.amountMinor === null) return entry;
  return captured(entry, entry.amountMinor, at);
}

const killed = (entry: SandboxCharge, at: Date): SandboxCharge => ({
  ...entry,
  refundedMinor: entry.capturedMinor,
  refundedAt: entry.capturedAt && at,
  settlesAt: null,
  dead: true,
  updatedAt: at,
});

function standingOf(entry: SandboxCharge): ChargeOutcome | undefined {
  if (entry.dead) return { kind: 'dead', refunded: refundedOf(entry) };
  if (entry.capturedAt) return { kind: 'captured' };
  if (entry.declineCode) return { kind: 'declined', code: entry.declineCode };
  return entry.settlesAt ? { kind: 'pending' } : undefined;
}

const refundedOf = ({ refundedAt, refundedMinor, currency }: SandboxCharge): Money | null =>
  refundedAt && currency !== null ? money(refundedMinor, currency) : null;

function refuseOtherAmount({ key, amountMinor, currency }: SandboxCharge, asked: Money): void {
  if (amountMinor === null) return;
  if (amountMinor !== asked.amountMinor || currency !== asked.currency) {
    throw new Defect(`key ${key} was charged before with another amount`);
  }
}
