import { random as byChance } from '#libs/kernel/chance.js';
import { pause } from '../broker/pause.js';

export interface PoisonQuarantineOptions {
  /** Before the first: what was delivered beside it is handled and acked by then. Default: 500. */
  readonly firstAfterMs?: number;
  /** Between two rounds: the acks of one have left before the next begins. Default: 20. */
  readonly apartMs?: number;
  /** A delivery that has lived this long does not kill, and keeps no other waiting. Default: 1 s. */
  readonly maxMs?: number;
  /** In [0, 1). */
  readonly random?: () => number;
}

interface Suspect {
  readonly handle: () => Promise<unknown>;
  readonly gone: AbortSignal;
}

/**
 * Handles deliveries that several processes or connections have ended with: one, then two, then four at a time, in
 * random order. One of them may be what kills; those that were only ever in hand together with it are, sooner or later,
 * handled before it. Tried all at once, they would reach the delivery limit with the one that is to blame
 * (docs/adr/0024).
 */
export class PoisonQuarantine {
  private readonly waiting: Suspect[] = [];
  private serving = false;

  constructor(private readonly options: PoisonQuarantineOptions = {}) {}

  /**
   * Resolves or rejects with what comes of `handle`, which is called when its turn has come.
   * @param gone aborted when its channel is gone: it is handled all the same, and finds that out, but takes nobody's
   * place.
   */
  handle<Result>(handle: () => Promise<Result>, gone: AbortSignal): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ handle: () => handle().then(resolve, reject), gone });
      if (!this.serving) void this.serve();
    });
  }

  private async serve(): Promise<void> {
    const { firstAfterMs = 500, apartMs = 20, maxMs = 1_000 } = this.options;
    this.serving = true;
    await pause(firstAfterMs);
    for (let atOnce = 1; this.waiting.length > 0; atOnce *= 2) {
      await Promise.race([Promise.all(this.take(atOnce).map(({ handle }) => handle())), pause(maxMs)]);
      await pause(apartMs);
    }
    this.serving = false;
  }

  /** `count` at random, and all whose channel is gone. */
  private take(count: number): Suspect[] {
    const { random = byChance } = this.options;
    const taken = this.waiting.filter(({ gone }) => gone.aborted);
    const left = this.waiting.filter(({ gone }) => !gone.aborted);
    for (let more = count; more > 0 && left.length > 0; more -= 1) {
      taken.push(...left.splice(Math.floor(random() * left.length), 1));
    }
    this.waiting.splice(0, Infinity, ...left);
    return taken;
  }
}
