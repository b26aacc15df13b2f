import type { PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import { classify } from '../database/database-errors.js';
import { ConnectionLost } from '../database/errors.js';
import { closeNow, sessionIdentity, type SessionIdentity } from '../database/session.js';

/** Silence after which to look whether the server is at work; and as much again, for an answer that is on its way. */
const silenceMs = 1_000;
const onItsWayMs = 500;

/** Whether a server does nothing for this session any more. Never rejects. */
type IsIdle = (session: SessionIdentity) => Promise<boolean>;

/** One pooled connection for the time of one transaction, and the time by which that has to be over. */
export class GroupSession {
  private readonly expired: Promise<never>;
  private expire!: (error: ConnectionLost) => void;
  private timer: NodeJS.Timeout | undefined;
  private readonly runner: QueryRunner;
  private readonly connecting: Promise<PoolConnection>;
  private connection: PoolConnection | undefined;
  private lost = false;

  /** @param isIdle asked while an answer does not come: a line that is lost without notice need not use up all the time. */
  constructor(
    dataSource: DataSource,
    seconds: number,
    private readonly isIdle?: IsIdle,
  ) {
    this.runner = dataSource.createQueryRunner();
    this.connecting = this.runner.connect() as Promise<PoolConnection>;
    this.connecting.then(
      (connection) => (this.connection = connection),
      () => undefined,
    );
    this.expired = new Promise<never>((_, reject) => (this.expire = reject));
    this.expired.catch(() => undefined);
    this.endsWithin(seconds);
  }

  endsWithin(seconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.expire(new ConnectionLost(`the database has not answered for ${seconds} s`)),
      seconds * 1000,
    );
  }

  /** @throws what `classify` makes of the failure. @param tables for its text. */
  async query(sql: string, tables?: string): Promise<unknown> {
    if (this.lost) throw new ConnectionLost('the connection was lost before');
    const end = this.watch();
    try {
      return await Promise.race([this.runner.query(sql), this.expired]);
    } catch (error) {
      const classified = classify(error, tables);
      this.lost ||= classified instanceof ConnectionLost;
      throw classified;
    } finally {
      end();
    }
  }

  async release(): Promise<void> {
    clearTimeout(this.timer);
    await this.runner.release();
  }

  /** Gives up when the server is found idle twice in a row. @returns what ends the watch. */
  private watch(): () => void {
    const { isIdle } = this;
    if (!isIdle) return () => undefined;
    let isOver = false;
    let wasIdle = false;
    const look = async (): Promise<void> => {
      const session = this.connection && sessionIdentity(this.connection);
      const seemsIdle = session ? await isIdle(session) : false;
      if (isOver) return;
      if (seemsIdle && wasIdle) this.expire(new ConnectionLost('the answer of the server was lost'));
      wasIdle = seemsIdle;
      timer = setTimeout(() => void look(), seemsIdle ? onItsWayMs : silenceMs);
    };
    let timer = setTimeout(() => void look(), silenceMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }

  /**
   * Closes the connection instead of returning it to the pool: nobody knows what state it is in.
   * @returns who it was at the server, where its transaction may live on; null when it was never connected.
   */
  abandon(): SessionIdentity | null {
    clearTimeout(this.timer);
    // One that is still being waited for is closed when it comes.
    void this.connecting
      .then(closeNow)
      .then(() => this.runner.release())
      .catch(() => undefined);
    return this.connection ? sessionIdentity(this.connection) : null;
  }
}

/**
 * Runs a few statements on a connection of the groups' own. Without autocommit: `work` ends what it begins with COMMIT or
 * ROLLBACK.
 */
export async function inGroupSession<Result>(
  groups: DataSource,
  seconds: number,
  work: (session: GroupSession) => Promise<Result>,
): Promise<Result> {
  const session = new GroupSession(groups, seconds);
  try {
    const result = await work(session);
    await session.release();
    return result;
  } catch (error) {
    session.abandon();
    throw error;
  }
}
