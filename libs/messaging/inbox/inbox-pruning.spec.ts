import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { bytesToId, idToBytes, newId } from '#libs/kernel/ids.js';
import { firstIdAt, inboxPruning } from './inbox-pruning.js';

const before = new Date('2026-01-10T00:00:00Z');
const day = 24 * 60 * 60 * 1000;

interface Row {
  readonly consumer: string;
  readonly id: Buffer;
  readonly at: Date;
}

/** The three statements that pruning makes, on rows in memory. */
class Inbox {
  rows: Row[] = [];
  readonly deletions: number[] = [];

  query(sql: string, values: readonly unknown[]): Promise<unknown> {
    const words = sql.replace(/\s+/g, ' ').trim();
    if (words === 'SELECT consumer FROM inbox WHERE consumer > ? ORDER BY consumer LIMIT 1') {
      const [after] = values as [string];
      const consumers = this.rows.map(({ consumer }) => consumer).filter((consumer) => consumer > after);
      return Promise.resolve(
        consumers
          .sort()
          .slice(0, 1)
          .map((consumer) => ({ consumer })),
      );
    }
    const select =
      'SELECT message_id AS id, consumed_at AS at FROM inbox WHERE consumer = ? AND message_id > ? AND message_id < ? ORDER BY message_id LIMIT ?';
    if (words === select) {
      const [consumer, from, to, limit] = values as [string, Buffer, Buffer, number];
      const found = this.rows
        .filter((row) => row.consumer === consumer && from.compare(row.id) < 0 && row.id.compare(to) < 0)
        .sort((a, b) => a.id.compare(b.id));
      return Promise.resolve(found.slice(0, limit));
    }
    expect(words).toBe('DELETE FROM inbox WHERE consumer = ? AND message_id IN (?) AND consumed_at < ?');
    const [consumer, ids, until] = values as [string, Buffer[], Date];
    const gone = this.rows.filter(
      (row) => row.consumer === consumer && ids.some((id) => id.equals(row.id)) && row.at < until,
    );
    this.rows = this.rows.filter((row) => !gone.includes(row));
    this.deletions.push(gone.length);
    return Promise.resolve({ affectedRows: gone.length });
  }
}

describe('pruning the inbox', () => {
  let inbox: Inbox;
  const pruning = inboxPruning({ keepDays: 30 });
  const prune = (after: Record<string, string> | null = null, limit = 100) =>
    pruning.prune(inbox as unknown as DataSource, { before, after, limit });

  /** All places, one after the other, as a pass goes through them. */
  const pass = async (limit = 100) => {
    const reached: (Date | null)[] = [];
    let [deleted, after]: [number, Record<string, string> | null] = [0, null];
    for (let batches = 0; batches < 20; batches += 1) {
      const result = await prune(after, limit);
      deleted += result.deleted['inbox'] ?? 0;
      reached.push(result.reached);
      after = result.next as Record<string, string> | null;
      if (!after) return { deleted, reached, batches: batches + 1 };
    }
    throw new Error('the pass does not end');
  };

  const message = (consumer: string, at: Date, id = firstIdAt(at), number = 0): Row => {
    const bytes = Buffer.from(id);
    bytes[15] = number + 1;
    return { consumer, id: bytes, at };
  };
  const old = (consumer: string, number: number) =>
    message(consumer, new Date(before.getTime() - day), undefined, number);
  const young = (consumer: string) => message(consumer, new Date(before.getTime() + day));
  const left = () => inbox.rows.map(({ consumer, at }) => [consumer, at < before ? 'old' : 'young']);

  beforeEach(() => {
    inbox = new Inbox();
  });

  it('is of one table, a thousand rows at a time, after as many days as are to be kept', () => {
    expect(pruning).toMatchObject({ table: 'inbox', keepSeconds: 30 * 24 * 60 * 60, batchSize: 1_000 });
  });

  it('has nothing to do where there is nothing', async () => {
    expect(await prune()).toEqual({ deleted: { inbox: 0 }, next: null, reached: null });
  });

  it('deletes what is old of each consumer, and nothing else', async () => {
    inbox.rows = [old('a', 0), old('a', 1), young('a'), young('b'), old('c', 0)];
    expect(await pass()).toMatchObject({ deleted: 3 });
    expect(left()).toEqual([
      ['a', 'young'],
      ['b', 'young'],
    ]);
    expect(inbox.deletions).toEqual([2, 1]);
  });

  it('goes from batch to batch, from ids of the past to others, and from consumer to consumer', async () => {
    inbox.rows = [old('a', 0), old('a', 1), old('b', 0)];
    const first = await prune(null, 2);
    expect(inbox.rows).toHaveLength(1);
    const messageId = old('a', 1).id.toString('hex');
    expect(first).toEqual({
      deleted: { inbox: 2 },
      next: { consumer: 'a', part: 'timed', messageId },
      reached: old('a', 1).at,
    });
    const second = await prune(first.next as Record<string, string>, 2);
    expect(second).toEqual({
      deleted: { inbox: 0 },
      next: { consumer: 'a', part: 'other', messageId: '0'.repeat(32) },
      reached: null,
    });
    const third = await prune(second.next as Record<string, string>, 2);
    expect(third).toEqual({
      deleted: { inbox: 0 },
      next: { consumer: 'b', part: 'timed', messageId: '0'.repeat(32) },
      reached: null,
    });
    expect(await prune(third.next as Record<string, string>, 2)).toMatchObject({ deleted: { inbox: 1 } });
  });

  it('keeps what was consumed lately, however old its id', async () => {
    inbox.rows = [
      { ...old('a', 0), at: new Date(before.getTime() + 1) },
      { ...old('a', 1), at: before },
    ];
    expect(await pass()).toMatchObject({ deleted: 0 });
    expect(inbox.deletions).toEqual([]);
  });

  it('goes on behind what it keeps', async () => {
    inbox.rows = [{ ...old('a', 0), at: before }, old('a', 1), { ...old('a', 2), at: before }, old('a', 3)];
    expect(await pass(1)).toMatchObject({ deleted: 2, reached: expect.arrayContaining([before]) });
    expect(inbox.rows).toHaveLength(2);
  });

  it('looks one by one at ids that say nothing of their time, and tells no time of them', async () => {
    const odd = (number: number, at: Date) => message('a', at, Buffer.alloc(16, 0xee), number);
    inbox.rows = [odd(0, new Date(before.getTime() - 1)), odd(1, new Date()), odd(2, new Date(0))];
    const { deleted, reached } = await pass(1);
    expect(deleted).toBe(2);
    expect(reached.filter((at) => at !== null)).toEqual([]);
    expect(inbox.rows).toHaveLength(1);
  });

  it('takes ids of tomorrow for ids with a time: clocks may be a day apart', async () => {
    const at = new Date(0);
    inbox.rows = [
      { consumer: 'a', id: firstIdAt(new Date(Date.now() + day - 60_000)), at },
      { consumer: 'a', id: firstIdAt(new Date(Date.now() + day + 60_000)), at },
    ];
    expect(await pass()).toMatchObject({ deleted: 1 });
  });
});

describe('The first id of a millisecond', () => {
  it('begins with the time', () => {
    expect(bytesToId(firstIdAt(new Date(0x018bcfe56800)))).toBe('018bcfe5-6800-7000-8000-000000000000');
  });

  it('is below the ids made in it, and above those made before', () => {
    const before = Date.now();
    const id = idToBytes(newId());
    const after = Date.now();
    expect(Buffer.compare(firstIdAt(new Date(before)), id)).toBe(-1);
    expect(Buffer.compare(firstIdAt(new Date(after + 1)), id)).toBe(1);
  });
});
