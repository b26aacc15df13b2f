import type { Caller } from '#libs/kernel/caller.js';

/** Everything that an operator can do. A name is in the audit trail for good: it is never given another meaning. */
export const operatorActionNames = [
  'saga.retry',
  'saga.compensate',
  'saga.resolve',
  'parked.redrive',
  'parked.edit',
  'parked.discard',
  'parked.redrive-many',
  'parked.discard-many',
  'reconciliation.run',
  'reconciliation.fix',
  'reconciliation.ignore',
  'proposal.confirm',
  'proposal.reject',
] as const;
export type OperatorActionName = (typeof operatorActionNames)[number];

/** Who does what to what, and why. */
export interface OperatorAction {
  readonly caller: Caller;
  readonly action: OperatorActionName;
  /** `<kind>:<id>`, such as `saga:0199…`; what the trail is searched by. */
  readonly target: string;
  /** The operator's own words. */
  readonly reason: string;
}
