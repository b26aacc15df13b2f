import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AmqpConnection } from '../broker/amqp-connection.js';
import { OutboxRelay, type RelayOptions } from './outbox-relay.js';
import type { OutboxRow } from './outbox.row.js';
import type { PublishOutcome } from '../broker/publisher.js';
import { FakeOutboxStore } from '../testing/fake-outbox-store.js';
import { FakePublisher } from '../testing/fake-publisher.js';

const me = 'me';

class FakeConnection extends EventEmitter {
  isUp = true;
  isBlocked = false;

  comeUp(): void {
    this.isUp = true;
    this.emit('up');
  }
}

const row = (id: string, subject = `order of ${id}`): OutboxRow => ({
  id,
  subject,
  type: 'inventory.reserve-stock.v1',
  exchange: 'saga.commands',
  routingKey: 'inventory.commands',
  alsoRoutedAs: null,
  messageId: null,
  redriveOf: null,
  mandatory: true,
  body: '{}',
  state: 'unsent',
  owner: me,
  fence: 1,
  leaseUntil: new Date(0),
  attempts: 0,
  lastError: null,
  createdAt: new Date(0),
});

describe('OutboxRelay', () => {
  let store: FakeOutboxStore;
  let publisher: FakePublisher;
  let connection: FakeConnection;
  let relay: OutboxRelay;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(() => {
    jest.useFakeTimers();
    store = new FakeOutboxStore();
    publisher = new FakePublisher();
    connection = new FakeConnection();
    start();
  });

  afterEach(async () => {
    const drained = relay.drain(0);
    await jest.advanceTimersByTimeAsync(1_000);
    await drained;
    jest.useRealTimers();
  });

  const start = (options: RelayOptions = {}): void => {
    relay = new OutboxRelay(me, store, publisher, connection as unknown as AmqpConnection, {
      clock: { now: () => new Date(), monotonicMs: () => Date.now() },
      ...options,
    });
    relay.start();
  };
  const commit = (...rows: OutboxRow[]): void => {
    for (const each of rows) store.put({ ...each, ageSeconds: 0 }, me);
    relay.take(rows);
  };
  const leftBehind = (...ids: string[]): void => {
    for (const id of ids) store.put({ ...row(id), ageSeconds: 60 }, 'crashed', 0);
  };
  const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

  it('publishes what was committed in the same turn, in order, and deletes it together', async () => {
    commit(row('a'), row('b'));
    commit(row('c'));
    expect(publisher.ids).toEqual(['a', 'b', 'c']);
    await pass(100);
    expect(store.removals).toEqual([['a', 'b', 'c']]);
    expect(store.rows.size).toBe(0);
  });

  it('publishes what others left behind, and looks again at once when there were many', async () => {
    await relay.drain(0);
    start({ claimSize: 2 });
    leftBehind('a', 'b', 'c', 'd', 'e');
    await pass(1_250);
    expect(publisher.ids).toEqual(['a', 'b', 'c', 'd', 'e']);
    await pass(200);
    expect(store.rows.size).toBe(0);
  });

  it('claims nothing while the broker is away or blocked', async () => {
    leftBehind('a');
    connection.isUp = false;
    await pass(5_000);
    connection.isUp = true;
    connection.isBlocked = true;
    await pass(5_000);
    expect(publisher.ids).toEqual([]);
    connection.isBlocked = false;
    await pass(1_300);
    expect(publisher.ids).toEqual(['a']);
  });

  it('keeps rows in hand while the broker is away, renews them, and sends them in order when it is back', async () => {
    connection.isUp = false;
    commit(row('a'), row('b'));
    await pass(30_000);
    expect(publisher.ids).toEqual([]);
    connection.comeUp();
    expect(publisher.ids).toEqual(['a', 'b']);
  });

  it('holds no more rows than its bound, and finds the others later', async () => {
    await relay.drain(0);
    start({ limits: { rows: 3, bytes: 1_000 }, claimSize: 3 });
    connection.isUp = false;
    commit(...['a', 'b', 'c', 'd', 'e'].map((id) => ({ ...row(id), routingKey: id })));
    connection.comeUp();
    expect(publisher.ids).toEqual(['a', 'b', 'c']);
    // Their leases run out.
    for (const id of ['d', 'e']) store.rows.get(id)!.freeAt = 0;
    await pass(3_000);
    expect(publisher.ids).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('sends again, in the old order, what was on its way when the connection broke', async () => {
    const settle: ((outcome: PublishOutcome) => void)[] = [];
    publisher.outcome = () => new Promise((resolve) => settle.push(resolve));
    commit(row('a'), row('b'));
    connection.isUp = false;
    for (const end of settle) end('channel-closed');
    await pass(0);
    commit(row('c'));
    publisher.outcome = () => 'confirmed';
    connection.comeUp();
    expect(publisher.ids).toEqual(['a', 'b', 'a', 'b', 'c']);
  });

  it('publishes nothing again while its confirm is late', async () => {
    let confirm: (outcome: PublishOutcome) => void = () => undefined;
    publisher.outcome = () => new Promise((resolve) => (confirm = resolve));
    commit(row('a'));
    await pass(120_000);
    expect(publisher.ids).toEqual(['a']);
    confirm('confirmed');
    await pass(200);
    expect(publisher.ids).toEqual(['a']);
    expect(store.rows.size).toBe(0);
  });

  it('tries a few times what the broker does not take, then parks it', async () => {
    await relay.drain(0);
    start({ maxAttempts: 3 });
    publisher.outcome = () => 'returned';
    commit(row('a'));
    await pass(10_000);
    expect(publisher.ids).toEqual(['a', 'a', 'a']);
    expect(store.rows.get('a')).toMatchObject({ state: 'parked', attempts: 3 });
  });

  it('leaves later messages of a failing subject alone, and sends those of others', async () => {
    publisher.outcome = ({ id }) => (id === 'a' ? 'nacked' : 'confirmed');
    commit(row('a', 'stuck'));
    await pass(10);
    commit(row('b', 'stuck'), row('c', 'other'));
    expect(publisher.ids).toEqual(['a', 'c']);
  });

  it('keeps a confirmed row, as sent, until the database can delete it', async () => {
    store.away = true;
    commit(row('a'));
    await pass(5_000);
    expect(publisher.ids).toEqual(['a']);
    store.away = false;
    await pass(1_000);
    expect(store.rows.size).toBe(0);
  });

  it('does not touch a row that another relay has taken over', async () => {
    const settle: ((outcome: PublishOutcome) => void)[] = [];
    publisher.outcome = () => new Promise((resolve) => settle.push(resolve));
    commit(row('a'));
    Object.assign(store.rows.get('a')!, { owner: 'other', fence: 2 });
    for (const end of settle) end('confirmed');
    await pass(1_000);
    expect(store.rows.get('a')).toMatchObject({ owner: 'other' });
  });

  it('hands back what it has not sent when it stops', async () => {
    connection.isUp = false;
    commit(row('a'));
    await relay.drain(0);
    expect(store.rows.get('a')!.freeAt).toBeLessThanOrEqual(Date.now());
    commit(row('b'));
    connection.comeUp();
    expect(publisher.ids).toEqual([]);
  });
});
