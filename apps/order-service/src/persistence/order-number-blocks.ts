import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { InjectBackgroundSource, selfCommitted } from '#libs/persistence/database';

/** Hands out numbers of a year, each once. */
export interface NumberBlocks {
  /** @returns the last of `size` numbers that are the caller's now. @throws Fault when the database cannot be asked. */
  take(year: number, size: number): Promise<number>;
}

/** A number whose answer got lost is a gap. */
@Injectable()
export class SqlNumberBlocks implements NumberBlocks {
  constructor(@InjectBackgroundSource() private readonly source: DataSource) {}

  async take(year: number, size: number): Promise<number> {
    // LAST_INSERT_ID(expression) comes back as the statement's insert id:
    // https://dev.mysql.com/doc/refman/8.0/en/information-functions.html#function_last-insert-id
    const { insertId } = await selfCommitted<{ insertId: number }>(
      this.source,
      `INSERT INTO order_number_blocks (year, handed_out) VALUES (?, LAST_INSERT_ID(?))
       ON DUPLICATE KEY UPDATE handed_out = LAST_INSERT_ID(handed_out + ?)`,
      [year, size, size],
    );
    return insertId;
  }
}
