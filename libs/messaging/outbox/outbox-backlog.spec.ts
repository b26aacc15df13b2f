import { describe, expect, it } from '@jest/globals';
import { OutboxBacklog, type Entry } from './outbox-backlog.js';
import type { ClaimedRow } from './outbox-store.js';

const row = (id: string, subject = 'order', body = 'body'): ClaimedRow => ({
  id,
  subject,
  type: 'inventory.reserve-stock.v1',
  exchange: 'saga.commands',
  routingKey: 'inventory.commands',
  alsoRoutedAs: null,
  messageId: null,
  redriveOf: null,
  firstSender: null,
  mandatory: true,
  body,
  attempts: 0,
  fence: 1,
  ageSeconds: 0,
});

const all = (backlog: OutboxBacklog): Entry[] => {
  const entries: Entry[] = [];
  for (let entry = backlog.next(); entry; entry = backlog.next()) entries.push(entry);
  return entries;
};

describe('OutboxBacklog', () => {
  it('keeps room for others beside a destination that does not confirm', () => {
    const backlog = new OutboxBacklog({ rows: 4 });
    const stuck = (id: string) => ({ ...row(id), routingKey: 'stuck' });
    expect(['a', 'b', 'c'].map((id) => backlog.takeCommitted(stuck(id), 0))).toEqual([true, true, false]);
    expect(backlog.fullDestinations).toEqual([{ exchange: 'saga.commands', routingKey: 'stuck' }]);
    expect(backlog.takeCommitted(row('d'), 0)).toBe(true);
    const [first] = all(backlog);
    backlog.markSent(first!);
    backlog.drop(first!);
    expect(backlog.fullDestinations).toEqual([]);
    expect(backlog.takeCommitted(stuck('c'), 0)).toBe(true);
  });

  it.each([1, 2, 3, 9])('keeps room for others beside %i of them', (count) => {
    const backlog = new OutboxBacklog({ rows: 100 });
    for (let round = 0; round < 100; round += 1) {
      for (let stuck = 0; stuck < count; stuck += 1)
        backlog.takeCommitted({ ...row(`${stuck}-${round}`), routingKey: `stuck-${stuck}` }, 0);
    }
    expect(backlog.fullDestinations).toHaveLength(count);
    expect(backlog.room).toBe(Math.floor(100 / (count + 1)));
    expect(backlog.takeCommitted(row('other'), 0)).toBe(true);
  });

  it('keeps room for others beside a few that are large', () => {
    const backlog = new OutboxBacklog({ bytes: 1_000 });
    const large = (id: string) => ({ ...row(id), routingKey: 'stuck', body: 'x'.repeat(300) });
    expect(['a', 'b', 'c'].map((id) => backlog.takeCommitted(large(id), 0))).toEqual([true, true, false]);
    expect(backlog.takeCommitted(row('other'), 0)).toBe(true);
  });

  it('hands rows out in the order in which they came', () => {
    const backlog = new OutboxBacklog();
    for (const id of ['a', 'b', 'c']) backlog.takeCommitted(row(id), 0);
    expect(all(backlog).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('hands out what came back before what came later, in the old order', () => {
    const backlog = new OutboxBacklog();
    for (const id of ['a', 'b', 'c', 'd']) backlog.takeCommitted(row(id), 0);
    const [a, b] = [backlog.next()!, backlog.next()!];
    backlog.putBack(b);
    backlog.putBack(a);
    expect(all(backlog).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('takes no more rows than it may hold, and again when some are gone', () => {
    const backlog = new OutboxBacklog({ rows: 2, bytes: 1_000 });
    expect(['a', 'b', 'c'].map((id) => backlog.takeCommitted({ ...row(id), routingKey: id }, 0))).toEqual([
      true,
      true,
      false,
    ]);
    backlog.drop(backlog.next()!);
    expect(backlog.takeCommitted(row('d'), 0)).toBe(true);
  });

  it('takes no more bytes than it may hold', () => {
    const backlog = new OutboxBacklog({ rows: 10, bytes: 6 });
    expect(['a', 'b', 'c'].map((id) => backlog.takeCommitted({ ...row(id), routingKey: id }, 0))).toEqual([
      true,
      true,
      false,
    ]);
    for (const entry of all(backlog)) backlog.drop(entry);
    expect(backlog.room).toBe(10);
  });

  it('leaves the subject of a failing row to the poller, including the rows it already has', () => {
    const backlog = new OutboxBacklog();
    for (const id of ['a', 'b']) backlog.takeCommitted(row(id, 'stuck'), 0);
    backlog.takeCommitted(row('c', 'other'), 0);
    const failing = backlog.next()!;
    expect(backlog.hold('stuck').map(({ id }) => id)).toEqual(['b']);
    backlog.drop(failing);
    expect(backlog.takeCommitted(row('d', 'stuck'), 0)).toBe(false);
    expect(all(backlog).map(({ id }) => id)).toEqual(['c']);
    // An answer that may be older than the failure, and one that is not.
    backlog.holdOnly(new Set());
    expect(backlog.takeCommitted(row('d', 'stuck'), 0)).toBe(false);
    backlog.holdOnly(new Set());
    expect(backlog.takeCommitted(row('e', 'stuck'), 0)).toBe(true);
  });

  it('sends once, under the new fence, a row that it claims while it has it', () => {
    const backlog = new OutboxBacklog();
    backlog.takeCommitted(row('a'), 0);
    backlog.takeClaimed({ ...row('a'), fence: 2 }, 50);
    expect(all(backlog)).toMatchObject([{ id: 'a', fence: 2, leasedAt: 50 }]);
  });

  it('forgets what another relay took over, whatever becomes of it here', () => {
    const backlog = new OutboxBacklog();
    backlog.takeCommitted(row('a'), 0);
    const entry = backlog.next()!;
    backlog.drop(entry);
    backlog.putBack(entry);
    backlog.markSent(entry);
    expect(backlog.size).toBe(0);
    expect(backlog.sent()).toEqual([]);
    expect(backlog.next()).toBeUndefined();
  });

  it('tells whose leases are old', () => {
    const backlog = new OutboxBacklog();
    backlog.takeCommitted(row('a'), 0);
    backlog.takeCommitted(row('b'), 100);
    expect(backlog.leasedBefore(50).map(({ id }) => id)).toEqual(['a']);
  });
});
