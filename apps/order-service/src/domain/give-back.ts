import type { MoneyJson } from '#libs/kernel/money.js';

/** What a participant keeps and nobody has a right to. */
export interface GiveBack {
  readonly kind: 'refund' | 'release' | 'return';
  readonly id: string;
  /** With `refund`, where it is known: what has to come back, if anything was taken. */
  readonly amount?: MoneyJson;
}

/** A saga has it given back, by a give-back saga of its own. */
export interface GiveBackAct {
  readonly type: 'give-back';
  readonly what: GiveBack;
}
