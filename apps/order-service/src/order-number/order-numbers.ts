import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '#libs/kernel/clock.js';
import { DatabaseClock } from '#libs/persistence/database-clock.js';
import { InjectUnitOfWork } from '#libs/persistence/persistence.module.js';
import { lock, type Unit, type UnitOfWork } from '#libs/persistence/unit-of-work.js';
import { orderNumberBlocks } from './order-number-block.row.js';

/** Numbers that a process takes at once. */
const blockSize = 100;

interface Block {
  readonly year: number;
  next: number;
  readonly last: number;
}

/**
 * Numbers for people: the year and a number that is never given twice. Taken in blocks, because one counter that every
 * order locks would make all instances wait for each other's commits. So numbers have gaps, and do not tell the order of
 * arrival between instances; ids do.
 */
@Injectable()
export class OrderNumbers {
  private block: Block | undefined;
  private refill: Promise<void> | undefined;

  constructor(
    @InjectUnitOfWork() private readonly units: UnitOfWork,
    @Inject(DatabaseClock) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async next(): Promise<string> {
    const year = this.clock.now().getUTCFullYear();
    for (;;) {
      const block = this.block;
      if (block && block.year === year && block.next <= block.last) {
        return `${year}-${String(block.next++).padStart(6, '0')}`;
      }
      // All who wait share one refill; whoever finds the new block used up already goes round again.
      this.refill ??= this.units
        .run(takeBlock(year))
        .then((fresh) => void (this.block = fresh))
        .finally(() => (this.refill = undefined));
      await this.refill;
    }
  }
}

const takeBlock = (year: number): Unit<Block> => ({
  name: 'take-order-numbers',
  load: [lock(orderNumberBlocks, year)],
  decide: (work) => {
    const known = work.find(orderNumberBlocks, year);
    const first = (known?.handedOut ?? 0) + 1;
    const row = { year, handedOut: first + blockSize - 1 };
    if (known) work.update(orderNumberBlocks, row);
    else work.insert(orderNumberBlocks, row);
    return { year, next: first, last: row.handedOut };
  },
});
