import type { DataSource } from 'typeorm';
import { classify } from './database-errors.js';
import { Contention } from './errors.js';

const maxTries = 3;

/**
 * One statement that is a transaction by itself: a process that stops, or loses its line, does not hold its rows while
 * others wait. Repeated when it met a conflict. @throws ConnectionLost when it may have been carried out; Contention.
 */
export async function selfCommitted<Result>(
  source: DataSource,
  sql: string,
  values: readonly unknown[],
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await source.query<Result>(sql, [...values]);
    } catch (error) {
      const classified = classify(error);
      if (!(classified instanceof Contention) || tries >= maxTries) throw classified;
    }
  }
}
