import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import { Outbox } from '#libs/messaging/outbox/outbox.js';
import { OutboxRow } from '#libs/messaging/outbox/outbox.row.js';
import { RecordingWorkingSet } from '#libs/messaging/testing/recording-working-set.js';
import { eventually } from '../../support/eventually.js';
import { MessagingFixture, releaseStock, reserveStock } from './fixture.js';

jest.setTimeout(60_000);

describe('The outbox on a real database and broker', () => {
  let service: MessagingFixture;

  beforeEach(async () => {
    service = await MessagingFixture.create();
    await service.start({
      relay: { pollIntervalMs: 100, deleteAfterMs: 10, maxAttempts: 3, firstRetryMs: 50 },
    });
    service.useInbox();
  });

  afterEach(async () => {
    await service.stop();
    await service.drop();
  });

  const { exchange, routingKey } = queues.inventoryCommands.bindings[0];
  const noQueueTakesIt = (): Promise<void> => service.probe.unbind(service.queue, exchange.name, routingKey);

  /** Rows that a process committed, and did not live to send. */
  const leaveBehind = async (count: number, leaseUntil: Date): Promise<void> => {
    const crashed = new Outbox('/inventory-service');
    const work = new RecordingWorkingSet();
    for (let made = 0; made < count; made++) crashed.publish(work, reserveStock());
    const rows = work.inserted.map((row) => ({ ...(row as OutboxRow), leaseUntil }));
    await service.dataSource.getRepository(OutboxRow).insert(rows);
  };

  it('keeps what no queue takes, and parks it after its tries', async () => {
    await noQueueTakesIt();
    const [id] = await service.publish(reserveStock());
    const row = await eventually(async () => {
      const [found] = await service.outboxRows();
      expect(found).toMatchObject({ id, state: 'parked', attempts: 3 });
      return found!;
    });
    expect(row.lastError).toContain('no queue takes inventory.commands');
    expect(service.handling.received).toHaveLength(0);
  });

  it('holds up the subject of what failed, and no other', async () => {
    await noQueueTakesIt();
    const stuck = newId();
    await service.publish(reserveStock(stuck));
    await eventually(async () => expect((await service.outboxRows())[0]?.state).toBe('parked'));
    await service.probe.bind(newId(), exchange.name, routingKey);
    const [behind] = await service.publish(reserveStock(stuck));
    await service.publish(reserveStock());
    await eventually(async () => {
      const rows = await service.outboxRows();
      expect(rows.map(({ state }) => state)).toEqual(['parked', 'unsent']);
      expect(rows[1]!.id).toBe(behind);
    });
  });

  it('sends what a crashed process left, as soon as its lease is over', async () => {
    await leaveBehind(1, new Date(Date.now() + 1_500));
    expect(await service.outboxRows()).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(service.handling.received).toHaveLength(0);
    await eventually(() => expect(service.handling.effects).toBe(1));
    await service.outboxEmpties();
  });

  it('empties a large backlog with two instances, each message with one effect', async () => {
    const other = await service.startInstance();
    service.useInbox(other);
    await leaveBehind(3_000, new Date());
    await service.outboxEmpties();
    await eventually(async () => expect(await service.inboxRows()).toHaveLength(3_000), 90_000);
    await other.close();
    expect(await service.probe.depth(service.queue)).toBe(0);
    expect(await service.probe.depth(parkedQueueOf(service.queue))).toBe(0);
  }, 150_000);

  it('sends an event that nobody listens to, and forgets it', async () => {
    await service.publish({
      ...releaseStock(),
      message: { ...releaseStock().message, kind: 'event', routingKey: 'nobody' },
    });
    await service.outboxEmpties();
    expect(service.handling.received).toEqual([]);
    expect(await service.probe.depth(parkedQueueOf(service.queue))).toBe(0);
  });

  it('is empty after a shutdown in the middle of publishing', async () => {
    await Promise.all(Array.from({ length: 300 }, () => service.publish(reserveStock())));
    await service.stop();
    // A relay that finds nothing to do: what is there now was left there.
    await service.start({ relay: { pollIntervalMs: 60_000 } });
    expect(await service.outboxRows()).toHaveLength(0);
  });
});
