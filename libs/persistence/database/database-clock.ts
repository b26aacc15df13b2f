import type { DataSource } from 'typeorm';
import { systemClock, type Clock } from '#libs/kernel/clock.js';

const resampleMs = 30_000;

/**
 * The database's clock, without asking the database each time. Deadlines and leases are compared by the database and by
 * many instances: all of them have to mean the same "now", whatever their own clocks say.
 *
 * Off by at most half a round trip at the time of the last look, plus the drift of 30 s.
 */
export class DatabaseClock implements Clock {
  /** Database time minus monotonic time, in milliseconds. */
  private offsetMs: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly askDatabaseMs: () => Promise<number>,
    private readonly local: Clock = systemClock,
  ) {
    this.offsetMs = local.now().getTime() - local.monotonicMs();
  }

  static of(dataSource: DataSource): DatabaseClock {
    return new DatabaseClock(async () => {
      const [row] = await dataSource.query<{ seconds: string }[]>('SELECT UNIX_TIMESTAMP(NOW(6)) AS seconds');
      return Number(row?.seconds) * 1000;
    });
  }

  now(): Date {
    return new Date(this.local.monotonicMs() + this.offsetMs);
  }

  monotonicMs(): number {
    return this.local.monotonicMs();
  }

  /** Looks at the database's clock now and every 30 s. @throws when the first look fails. */
  async start(): Promise<void> {
    await this.sample();
    this.timer = setInterval(() => {
      // A database that is away keeps its old offset: its clock has not changed because we cannot see it.
      this.sample().catch(() => undefined);
    }, resampleMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Three looks; the one with the shortest round trip is the most exact. */
  private async sample(): Promise<void> {
    let shortestMs = Infinity;
    for (let look = 0; look < 3; look += 1) {
      const before = this.local.monotonicMs();
      const databaseMs = await this.askDatabaseMs();
      const after = this.local.monotonicMs();
      if (after - before >= shortestMs) continue;
      shortestMs = after - before;
      this.offsetMs = databaseMs - (before + after) / 2;
    }
  }
}
