import type { Coverage } from './coverage.js';
import type { SeededChance } from './seeded-chance.js';

/** What can go wrong by itself, and how probably each time that it can, at full strength. */
export const faultRates = {
  /** The COMMIT never arrives; the connection is gone. */
  'commit-fails': 0.03,
  /** It happened, and its answer is lost. */
  'commit-answer-lost': 0.03,
  /** The connection breaks first, and the COMMIT happens later. */
  'commit-late': 0.02,
  /** A deadlock or a lock timeout. */
  contention: 0.03,
  'connection-fails': 0.02,
  'outbox-answer-lost': 0.03,
  /** Never reaches the broker. */
  'publish-lost': 0.05,
  /** Reaches it; the confirm is lost. */
  'confirm-lost': 0.05,
  /** The confirm arrives minutes later: a broker that is slow, a queue whose leader is being elected. */
  'confirm-late': 0.02,
  /** The consumer's channel closes; what it had not settled is delivered again elsewhere. */
  'channel-closed': 0.02,
  /** On its way to views or the catalogue, for good, as when it is parked and discarded, or its queue is purged. */
  'event-lost': 0.1,
  'delivered-twice': 0.05,
  /** By up to minutes: a queue that is long, a consumer that is slow. */
  'delivered-late': 0.06,
  /** The process is killed at whatever step it is. */
  'killed-at-a-step': 0.003,
  /** The process stops for a while and then continues, as after a long garbage collection or a SIGSTOP. */
  stalled: 0.004,
  'answer-lost': 0.15,
  'provider-slow': 0.2,
  'provider-away': 0.1,
  /** It does what was asked, and does not answer. */
  'provider-silent-after': 0.15,
  /** It neither does what was asked nor answers. */
  'provider-silent-before': 0.1,
  /** The request arrives after its sender has timed out. */
  'provider-late': 0.1,
  /** payment-service has taken the money, and says that it was declined. */
  'participant-lies': 0.05,
} as const;

export type FaultKind = keyof typeof faultRates;
export const faultKinds = Object.keys(faultRates) as FaultKind[];

/** How strong each kind is in one run, from 0 to 1; a kind that is not named does not occur. */
export type FaultStrengths = Readonly<Partial<Record<FaultKind, number>>>;

/** Decides when a fault strikes, until the faults stop. */
export class Faults {
  #stopped = false;

  constructor(
    private readonly strengths: FaultStrengths,
    private readonly chance: SeededChance,
    private readonly coverage: Coverage,
  ) {}

  strikes(kind: FaultKind): boolean {
    const strength = this.strengths[kind];
    if (this.#stopped || strength === undefined || strength === 0) return false;
    if (this.chance.random() >= faultRates[kind] * strength) return false;
    this.coverage.count(`fault.${kind}`);
    return true;
  }

  stop(): void {
    this.#stopped = true;
  }
}
