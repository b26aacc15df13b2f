/** What a participant has said that was not so. */
export class Untruths {
  readonly messages = new Set<string>();
  /** Payments that were taken, and said to be declined. */
  readonly payments = new Set<string>();
}
