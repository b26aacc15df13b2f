import { random } from '#libs/kernel/chance.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';

/** How often, in [0, 1], a message fares badly on its way. */
export interface Mischief {
  readonly duplicates: number;
  readonly losses: number;
  /** Held back, so that others overtake it: a compensation, the same command asked again. */
  readonly delays: number;
  readonly delaySeconds: number;
}

export const chanceOf = (share: number): boolean => random() < share;

/** Between sender and receiver: what goes in once comes out once, twice, late or never. */
export class Weather {
  constructor(
    private readonly mischief: Mischief,
    private readonly timers: Pick<Timers, 'after'> = systemTimers,
  ) {}

  pass(deliver: () => void): void {
    const { duplicates, losses, delays, delaySeconds } = this.mischief;
    if (chanceOf(losses)) return;
    const copies = chanceOf(duplicates) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (chanceOf(delays)) this.timers.after(random() * delaySeconds * 1000, deliver);
      else deliver();
    }
  }
}
