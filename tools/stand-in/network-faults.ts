import { random } from '#libs/kernel/chance.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';

/** How often, in [0, 1], each fault befalls a message. */
export interface FaultRates {
  readonly duplicates: number;
  readonly losses: number;
  /** Held back, so that others overtake it: a compensation, the same command asked again. */
  readonly delays: number;
  readonly delaySeconds: number;
  /** Marked by the broker as redelivered, as if a process had died with it in hand. */
  readonly redeliveries: number;
}

export const withProbability = (share: number): boolean => random() < share;

/** A network between sender and receiver: what is sent once is delivered once, twice, late or never. */
export class NetworkFaults {
  constructor(
    private readonly rates: FaultRates,
    private readonly timers: Pick<Timers, 'after'> = systemTimers,
  ) {}

  /** Messages that are held back. */
  held = 0;

  pass(deliver: (isRedelivered: boolean) => void): void {
    const { duplicates, losses, delays, delaySeconds, redeliveries } = this.rates;
    if (withProbability(losses)) return;
    const copies = withProbability(duplicates) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const isRedelivered = withProbability(redeliveries);
      if (!withProbability(delays)) {
        deliver(isRedelivered);
        continue;
      }
      this.held += 1;
      this.timers.after(random() * delaySeconds * 1000, () => {
        this.held -= 1;
        deliver(isRedelivered);
      });
    }
  }
}
