import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { classify } from '#libs/persistence/database-errors.js';
import { Contention } from '#libs/persistence/errors.js';
import { InjectBackgroundSource } from '#libs/persistence/persistence.module.js';

/** Hands out numbers of a year, each once. */
export interface NumberBlocks {
  /** @returns the last of `size` numbers that are the caller's now. @throws Fault when the database cannot be asked. */
  take(year: number, size: number): Promise<number>;
}

const triesMax = 3;

/**
 * Taken by one statement that commits itself: no process that stops, or whose line is lost, holds the row while all others
 * wait for it. A number whose answer got lost is a gap.
 */
@Injectable()
export class SqlNumberBlocks implements NumberBlocks {
  constructor(@InjectBackgroundSource() private readonly source: DataSource) {}

  async take(year: number, size: number): Promise<number> {
    for (let tries = 1; ; tries += 1) {
      try {
        // LAST_INSERT_ID(expression) comes back as the statement's insert id:
        // https://dev.mysql.com/doc/refman/8.0/en/information-functions.html#function_last-insert-id
        const { insertId } = await this.source.query<{ insertId: number }>(
          `INSERT INTO order_number_blocks (year, handed_out) VALUES (?, LAST_INSERT_ID(?))
           ON DUPLICATE KEY UPDATE handed_out = LAST_INSERT_ID(handed_out + ?)`,
          [year, size, size],
        );
        return insertId;
      } catch (error) {
        const classified = classify(error);
        if (!(classified instanceof Contention) || tries >= triesMax) throw classified;
      }
    }
  }
}
