import { random as byChance } from '#libs/kernel/chance.js';
import { pause } from './pause.js';

export interface SuspectsOptions {
  /** Before the first: what was delivered beside it is handled and acked by then. Default: 500. */
  readonly firstAfterMs?: number;
  /** Between two: the ack of one has left before the next is tried. Default: 20. */
  readonly apartMs?: number;
  /** One that has lived so long does not kill, and keeps nobody waiting any longer. Default: 1 s. */
  readonly mostMs?: number;
  /** In [0, 1). */
  readonly random?: () => number;
}

/**
 * Handles deliveries that several processes or connections have ended with, one at a time and in any order. One of them
 * may be what kills; those that were only ever in hand together with it are, sooner or later, handled before it. Tried
 * side by side, all of them would reach the delivery limit with the one that is to blame (docs/adr/0024).
 */
export class Suspects {
  private readonly waiting: (() => Promise<unknown>)[] = [];
  private serving = false;

  constructor(private readonly options: SuspectsOptions = {}) {}

  /** Resolves or rejects with what comes of `handle`, which is called when its turn has come. */
  turn<Result>(handle: () => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push(() => handle().then(resolve, reject));
      if (!this.serving) void this.serve();
    });
  }

  private async serve(): Promise<void> {
    const { firstAfterMs = 500, apartMs = 20, mostMs = 1_000, random = byChance } = this.options;
    this.serving = true;
    await pause(firstAfterMs);
    while (this.waiting.length > 0) {
      const [next] = this.waiting.splice(Math.floor(random() * this.waiting.length), 1);
      await Promise.race([next?.(), pause(mostMs)]);
      await pause(apartMs);
    }
    this.serving = false;
  }
}
