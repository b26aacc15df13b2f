import type { DataSource } from 'typeorm';
import { inGroupSession } from './group-session.js';
import { serverExpression, type SessionIdentity } from '../database/session.js';

const killSeconds = 5;
const lookSeconds = 2;

/**
 * Threads of the server whose connections were given up, and which hold what they have locked until the server notices
 * by itself: on a line that was lost without notice, not before its timeout for idle transactions.
 */
export class LostThreads {
  private threads: SessionIdentity[] = [];

  constructor(private readonly groups: DataSource) {}

  add(thread: SessionIdentity): void {
    this.threads.push(thread);
  }

  /**
   * Whether the server does nothing for a thread any more: whoever waits for its answer waits in vain. False when the
   * server cannot be asked, or when a new connection leads to another one.
   */
  async isIdle({ threadId, server }: SessionIdentity): Promise<boolean> {
    return inGroupSession(this.groups, lookSeconds, async (session) => {
      const [row] = (await session.query(`SELECT ${serverExpression} AS server`)) as { server: string }[];
      const threads = (await session.query('SHOW PROCESSLIST')) as { Id: number; Command: string }[];
      await session.query('COMMIT');
      const thread = threads.find(({ Id }) => Number(Id) === threadId);
      return row?.server === server && (!thread || thread.Command === 'Sleep');
    }).catch(() => false);
  }

  /**
   * Ends those on the server that a new connection leads to; other servers are left to end theirs. @throws ConnectionLost
   * when no connection can be had.
   */
  async end(): Promise<void> {
    if (this.threads.length === 0) return;
    await inGroupSession(this.groups, killSeconds, async (session) => {
      const [row] = (await session.query(`SELECT ${serverExpression} AS server`)) as { server: string }[];
      for (const { threadId, server } of this.threads.splice(0)) {
        // If it has ended meanwhile, so much the better.
        if (server === row?.server) await session.query(`KILL ${threadId}`).catch(() => undefined);
      }
      await session.query('COMMIT');
    });
  }
}
