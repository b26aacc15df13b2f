import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesToId, derivedId, idToBytes, newId } from '#libs/kernel/ids.js';
import { orderStatuses } from '../../../apps/order-service/src/domain/order-status.js';
import { OldHouse } from './old-house.js';

let house: OldHouse;
beforeAll(async () => {
  house = await OldHouse.open();
});
afterAll(() => house.close());
afterEach(() => house.empty('sagas', 'saga_timeline', 'orders'));

const sagas = async (): Promise<string[]> =>
  (await house.values<Buffer>('sagas', 'id')).map(bytesToId).sort();
const timelines = async (): Promise<string[]> => [
  ...new Set((await house.values<Buffer>('saga_timeline', 'saga_id')).map(bytesToId)),
];

describe('Sagas that are over', () => {
  it('go with their timelines when they are old, and stay while they are young', async () => {
    for (let count = 0; count < 5; count += 1) await house.placed('DELIVERED', 31 + count);
    const young = await house.placed('DELIVERED', 29);
    await expect(house.pass('sagas')).resolves.toEqual({ sagas: 5, saga_timeline: 15 });
    expect(await sagas()).toEqual([young]);
    expect(await timelines()).toEqual([young]);
  });

  it.each(orderStatuses)('stay for as long as somebody may act on the order, %s', async (status) => {
    const id = await house.placed(status, 400);
    await house.pass('sagas');
    const needed = ['PENDING', 'CONFIRMED', 'PREPARING', 'CANCELLING'].includes(status);
    expect(await sagas()).toEqual(needed ? [id] : []);
    // Whoever acts on it reads its row; the story of how it went has been kept for long enough.
    expect(await timelines()).toEqual(status === 'PENDING' ? [id] : []);
  });

  it('are passed by where they are needed, however many stand before those that may go', async () => {
    const needed: string[] = [];
    for (let count = 0; count < 7; count += 1) needed.push(await house.placed('CONFIRMED', 300 + count));
    await house.placed('DELIVERED', 31);
    await expect(house.pass('sagas')).resolves.toMatchObject({ sagas: 1 });
    expect(await sagas()).toEqual(needed.sort());
    await house.source.query(`UPDATE orders SET status = 'DELIVERED'`);
    await expect(house.pass('sagas')).resolves.toMatchObject({ sagas: 7 });
  });

  it('stay while the last change of their order is young, all of one order together', async () => {
    const id = await house.order('CANCELLED', 5);
    await house.saga(id, id, { endedDaysAgo: 200 });
    await house.saga(derivedId(id, 'cancel-order'), id, { saga: 'cancel-order', endedDaysAgo: 5 });
    await expect(house.pass('sagas')).resolves.toMatchObject({ sagas: 0 });
    await house.source.query('UPDATE orders SET updated_at = updated_at - INTERVAL 30 DAY');
    await house.source.query(
      'UPDATE sagas SET finished_at = finished_at - INTERVAL 30 DAY, started_at = started_at - INTERVAL 30 DAY',
    );
    await expect(house.pass('sagas')).resolves.toMatchObject({ sagas: 2 });
  });

  it('keep their timelines from their end on, however long they took', async () => {
    const id = await house.order('CANCELLED', 5);
    await house.saga(id, id, { endedDaysAgo: 5 });
    await house.source.query('UPDATE sagas SET started_at = started_at - INTERVAL 1 YEAR');
    await expect(house.pass('sagas')).resolves.toEqual({ sagas: 0, saga_timeline: 0 });
  });

  it('go of whatever kind they are, also where there is no such order', async () => {
    await house.saga(newId(), newId(), { saga: 'give-back', endedDaysAgo: 31 });
    const young = newId();
    await house.saga(young, newId(), { saga: 'give-back', endedDaysAgo: 1 });
    await expect(house.pass('sagas')).resolves.toMatchObject({ sagas: 1 });
    expect(await sagas()).toEqual([young]);
  });

  it('do not go while they are under way, however long ago they began', async () => {
    const id = await house.order('CANCELLED', 99);
    await house.saga(id, id, { endedDaysAgo: 99, status: 'needs-attention' });
    await expect(house.pass('sagas')).resolves.toMatchObject({ sagas: 0, saga_timeline: 0 });
    expect(await sagas()).toEqual([id]);
  });

  it('are left for the next pass while somebody holds one, without waiting', async () => {
    const held = await house.placed('DELIVERED', 40);
    await house.placed('DELIVERED', 40);
    const runner = house.source.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT id FROM sagas WHERE id = ? FOR UPDATE', [idToBytes(held)]);
    await expect(house.pass('sagas')).resolves.toEqual({ sagas: 1, saga_timeline: 3 });
    await runner.rollbackTransaction();
    await runner.release();
    expect(await timelines()).toEqual([held]);
    await expect(house.pass('sagas')).resolves.toEqual({ sagas: 1, saga_timeline: 3 });
  });

  it('go once when two processes prune at once', async () => {
    for (let count = 0; count < 40; count += 1) await house.placed('REJECTED', 31);
    const passes = await Promise.all([
      house.pass('sagas', 3),
      house.pass('sagas', 3),
      house.pass('sagas', 3),
    ]);
    expect(passes.reduce((sum, { sagas: gone = 0 }) => sum + gone, 0)).toBe(40);
    expect(await sagas()).toEqual([]);
    expect(await timelines()).toEqual([]);
  });
});

describe('The timeline of a saga that waits for somebody', () => {
  it('keeps its beginning and its end, and nothing of what says the same for weeks', async () => {
    const id = await house.order('CANCELLING', 0);
    await house.saga(id, id, { status: 'needs-attention', revision: 3_500 });
    for (let pass = 0; pass < 4; pass += 1) await house.pass('saga_timeline');
    const kept = await house.values<number>('saga_timeline', 'revision');
    expect(kept).toHaveLength(1_000);
    expect([kept[0], kept[499], kept[500], kept.at(-1)]).toEqual([1, 500, 3_001, 3_500]);
  });

  it('stays whole while it is short, and when it belongs to a saga that gets on', async () => {
    await house.saga(newId(), newId(), { status: 'needs-attention', revision: 1_000 });
    await house.saga(newId(), newId(), { status: 'running', revision: 1_500 });
    await expect(house.pass('saga_timeline')).resolves.toEqual({ saga_timeline: 0 });
  });
});
