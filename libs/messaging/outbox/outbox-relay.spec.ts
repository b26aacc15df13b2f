import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { registry } from '#libs/observability/metrics.js';
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
  firstSender: null,
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
    jest.restoreAllMocks();
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

  it('publishes what the row says, to whom it says', async () => {
    const redriven = { alsoRoutedAs: 'a.b,c.d', messageId: 'm', redriveOf: 'p', mandatory: false, body: 'é' };
    commit(row('a'), { ...row('b'), ...redriven });
    const message = {
      exchange: 'saga.commands',
      routingKey: 'inventory.commands',
      mandatory: true,
      id: 'a',
      type: 'inventory.reserve-stock.v1',
      contentType: 'application/cloudevents+json',
      body: Buffer.from('{}'),
    };
    expect(publisher.published).toEqual([
      message,
      {
        ...message,
        alsoRoutedAs: ['a.b', 'c.d'],
        mandatory: false,
        id: 'm',
        headers: { 'x-redriven': 'p', 'x-first-sender': '' },
        body: Buffer.from('é'),
      },
    ]);
  });

  it('counts what was sent, and how long it took', async () => {
    const value = async (name: string): Promise<number> => {
      const page = await registry.getSingleMetricAsString(name);
      return Number(/^(?:\w+_sum|orders_outbox_published_total) (.+)$/m.exec(page)?.[1]);
    };
    const before = [await value('orders_outbox_published_total'), await value('orders_outbox_delay_seconds')];
    publisher.outcome = () => new Promise((resolve) => setTimeout(() => resolve('confirmed'), 2_000));
    leftBehind('a');
    await pass(4_000);
    expect(await value('orders_outbox_published_total')).toBe(before[0]! + 1);
    expect(await value('orders_outbox_delay_seconds')).toBe(before[1]! + 62);
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

  it.each<[PublishOutcome, string]>([
    ['returned', 'no queue takes inventory.commands of exchange saga.commands'],
    ['nacked', 'the broker refused it (nacked)'],
  ])('records why the broker did not take it, and for how long it waits: %s', async (outcome, error) => {
    const recorded = jest.spyOn(store, 'recordFailure');
    publisher.outcome = () => outcome;
    commit({ ...row('a'), attempts: 8 });
    await pass(0);
    const failed = { state: 'failing' as const, attempts: 9, error, waitSeconds: expect.any(Number) };
    expect(recorded).toHaveBeenCalledWith(me, expect.objectContaining({ id: 'a' }), failed);
    const { waitSeconds } = recorded.mock.calls[0]![2];
    expect(waitSeconds).toBeGreaterThanOrEqual(30);
    expect(waitSeconds).toBeLessThanOrEqual(60);
    commit({ ...row('b'), attempts: 9 });
    await pass(0);
    expect(recorded.mock.calls[1]![2]).toMatchObject({ state: 'parked', attempts: 10 });
  });

  it('waits half a second to a second before the second try', async () => {
    const recorded = jest.spyOn(store, 'recordFailure');
    publisher.outcome = () => 'nacked';
    commit(row('a'));
    await pass(0);
    const { waitSeconds } = recorded.mock.calls[0]![2];
    expect(waitSeconds).toBeGreaterThanOrEqual(0.5);
    expect(waitSeconds).toBeLessThanOrEqual(1);
  });

  it('gives back the rows behind one that fails', async () => {
    const settle: ((outcome: PublishOutcome) => void)[] = [];
    publisher.outcome = () => new Promise((resolve) => settle.push(resolve));
    commit(row('a', 'stuck'));
    connection.isUp = false;
    commit(row('b', 'stuck'), row('c', 'other'));
    settle[0]!('nacked');
    await pass(0);
    expect(store.rows.get('b')!.freeAt).toBeLessThanOrEqual(Date.now());
    expect(store.rows.get('c')!.freeAt).toBe(Infinity);
  });

  it('gives up rows that another relay has taken over while the broker was away', async () => {
    connection.isUp = false;
    commit(row('a'), row('b'));
    store.rows.get('a')!.owner = 'other';
    const renewed = jest.spyOn(store, 'renew');
    await pass(4_000);
    expect(renewed.mock.calls[0]).toEqual([me, expect.anything(), 10]);
    connection.comeUp();
    expect(publisher.ids).toEqual(['b']);
  });

  it('deletes at once when very many are confirmed, and one statement at a time', async () => {
    let finish: () => void = () => undefined;
    const removed = jest
      .spyOn(store, 'remove')
      .mockImplementation(() => new Promise<void>((resolve) => (finish = resolve)));
    commit(...Array.from({ length: 499 }, (_, n) => row(`a${n}`)));
    await pass(99);
    expect(removed).not.toHaveBeenCalled();
    commit(row('b'));
    await pass(0);
    expect(removed.mock.calls.map(([, rows]) => rows.length)).toEqual([500]);
    commit(row('c'));
    await pass(500);
    expect(removed).toHaveBeenCalledTimes(1);
    finish();
    await pass(100);
    expect(removed.mock.calls.map(([, rows]) => rows.length)).toEqual([500, 1]);
    finish();
  });

  it('waits for what is on its way when it stops, as long as it may', async () => {
    publisher.outcome = () => new Promise((resolve) => setTimeout(() => resolve('confirmed'), 3_000));
    commit(row('a'));
    let isDrained = false;
    void relay.drain().then(() => (isDrained = true));
    await pass(2_900);
    expect(isDrained).toBe(false);
    await pass(200);
    expect(isDrained).toBe(true);
    expect(store.rows.size).toBe(0);
  });

  it('waits no longer than it may for what does not arrive', async () => {
    publisher.outcome = () => new Promise(() => undefined);
    commit(row('a'));
    let isDrained = false;
    void relay.drain().then(() => (isDrained = true));
    await pass(4_900);
    expect(isDrained).toBe(false);
    await pass(200);
    expect(isDrained).toBe(true);
    expect(store.rows.get('a')!.freeAt).toBeLessThanOrEqual(Date.now());
  });

  it('takes nothing before it was started', async () => {
    const idle = new OutboxRelay(me, store, publisher, connection as unknown as AmqpConnection);
    idle.take([row('a')]);
    expect(publisher.ids).toEqual([]);
  });

  it('looks for leftovers about every second, and at the stats every five', async () => {
    const [looks, stats] = [jest.spyOn(store, 'heldSubjects'), jest.spyOn(store, 'stats')];
    await pass(20_000);
    expect(looks.mock.calls.length).toBeGreaterThanOrEqual(16);
    expect(looks.mock.calls.length).toBeLessThanOrEqual(26);
    expect(stats.mock.calls.length).toBeGreaterThanOrEqual(3);
    expect(stats.mock.calls.length).toBeLessThanOrEqual(5);
  });

  it('claims up to 500 rows, and none while there is room for less than half of them', async () => {
    await relay.drain(0);
    const claimed = jest.spyOn(store, 'claim');
    start({ limits: { rows: 4 }, claimSize: 4 });
    connection.isUp = false;
    commit(...['a', 'b', 'c'].map((id) => ({ ...row(id), routingKey: id })));
    publisher.outcome = () => new Promise(() => undefined);
    connection.comeUp();
    await pass(3_000);
    expect(claimed).not.toHaveBeenCalled();
    await relay.drain(0);
    start();
    await pass(0);
    expect(claimed.mock.calls[0]).toEqual([me, 500, 10, []]);
  });

  it('shows how much there is', async () => {
    jest.spyOn(store, 'stats').mockResolvedValue({ pending: 3, parked: 2, oldestAgeSeconds: 7 });
    await pass(10_000);
    const page = await registry.metrics();
    expect(page).toContain('orders_outbox_pending 3');
    expect(page).toContain('orders_outbox_parked 2');
    expect(page).toContain('orders_outbox_oldest_age_seconds 7');
  });

  it('tells of an outage once, and of the next again', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn');
    for (let outage = 1; outage <= 2; outage += 1) {
      store.away = true;
      await pass(10_000);
      store.away = false;
      await pass(10_000);
      expect(warned).toHaveBeenCalledTimes(outage);
    }
    expect(warned).toHaveBeenCalledWith('the outbox cannot be reached', new Error('the database is away'));
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
