import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '#libs/kernel/clock.js';
import { DatabaseClock } from '#libs/persistence/database';
import { SqlNumberBlocks, type NumberBlocks } from './order-number-blocks.js';

/** Numbers that a process takes at once. */
const blockSize = 100;

/** The next block is taken while this many are left, so that no order waits for it. */
const leftAtRefill = 50;

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
  private following: Block | undefined;
  private refill: Promise<void> | undefined;

  constructor(
    @Inject(SqlNumberBlocks) private readonly blocks: NumberBlocks,
    @Inject(DatabaseClock) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** @throws Fault when there is none left and the database cannot be asked for more. */
  async next(): Promise<string> {
    const year = this.clock.now().getUTCFullYear();
    for (;;) {
      const block = this.blockOf(year);
      if (block) {
        if (block.last - block.next < leftAtRefill && !this.following) {
          // Whoever finds none left asks again, and is told why there is none.
          this.takeBlock(year).catch(() => undefined);
        }
        return `${year}-${String(block.next++).padStart(6, '0')}`;
      }
      await this.takeBlock(year);
    }
  }

  /** One that is of this year and not used up. */
  private blockOf(year: number): Block | undefined {
    if (!isLeft(this.block, year)) {
      this.block = this.following;
      this.following = undefined;
    }
    return isLeft(this.block, year) ? this.block : undefined;
  }

  /** All who ask at once share one refill; whoever finds the new block used up already goes round again. */
  private takeBlock(year: number): Promise<void> {
    this.refill ??= this.blocks
      .take(year, blockSize)
      .then((last) => void (this.following = { year, next: last - blockSize + 1, last }))
      .finally(() => (this.refill = undefined));
    return this.refill;
  }
}

const isLeft = (block: Block | undefined, year: number): block is Block =>
  block !== undefined && block.year === year && block.next <= block.last;
