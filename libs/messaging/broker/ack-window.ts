import { Defect } from '#libs/kernel/errors.js';

export interface Acks {
  /** Every delivery up to this tag is settled: one ack with `multiple`. */
  readonly upTo?: number;
  /** Settled out of turn, behind a delivery that is still in hand. */
  readonly single: readonly number[];
}

/**
 * Which deliveries of one channel can be acked together. A second settlement of a delivery would have the broker close
 * the channel, so it is a defect here.
 */
export class AckWindow {
  /** In the order of delivery, which is the order of tags. */
  private readonly inHand = new Set<number>();
  private settled: number[] = [];

  get inHandCount(): number {
    return this.inHand.size;
  }

  deliver(tag: number): void {
    this.inHand.add(tag);
  }

  settle(tag: number): void {
    if (!this.inHand.delete(tag)) throw new Defect(`delivery ${tag} is settled twice`);
    this.settled.push(tag);
  }

  /** The acks that are due; each is handed out once. */
  take(): Acks {
    const [oldestInHand = Infinity] = this.inHand;
    const settled = this.settled;
    this.settled = [];
    let upTo = 0;
    const single: number[] = [];
    for (const tag of settled) {
      if (tag < oldestInHand) upTo = Math.max(upTo, tag);
      else single.push(tag);
    }
    return upTo > 0 ? { upTo, single } : { single };
  }
}
