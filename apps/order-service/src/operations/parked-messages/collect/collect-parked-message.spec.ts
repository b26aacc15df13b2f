import { expect, it } from '@jest/globals';
import { newId } from '#libs/kernel/ids.js';
import type { ParkedDelivery } from '#libs/messaging/parking';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { lock } from '#libs/persistence/unit-of-work';
import { parkedMessages } from '../parked-message.row.js';
import { collectParkedMessage } from './collect-parked-message.unit.js';

const found = (over: Partial<ParkedDelivery> = {}): ParkedDelivery => ({
  id: newId(),
  queue: 'inventory.commands',
  messageId: 'm',
  type: 't'.repeat(255),
  contentType: null,
  reason: 'unknown',
  detail: 'x'.repeat(900),
  attempt: 0,
  redriveOf: null,
  firstSender: null,
  parkedAt: new Date('2026-01-01T12:00:00.000Z'),
  body: Buffer.from('bytes'),
  earlierDeliveries: 0,
  ...over,
});

const discard = (units: InMemoryRunner, id: string): Promise<void> =>
  units.run({
    name: 'discard',
    load: [lock(parkedMessages, id)],
    decide: (work) => {
      const settled = { state: 'discarded', settledAt: work.now, settledBy: 'op-1' } as const;
      work.update(parkedMessages, { ...work.get(parkedMessages, id), ...settled });
    },
  });

it('keeps a parking once, also of copies at once, and keeps it settled', async () => {
  const units = new InMemoryRunner();
  const parking = found();
  const collect = () => units.run(collectParkedMessage(parking));
  const outcomes = await Promise.all([collect(), collect(), collect()]);
  expect(outcomes.sort()).toEqual(['collected', 'known', 'known']);
  await discard(units, parking.id);
  await expect(collect()).resolves.toBe('known');
  expect(units.rows(parkedMessages)).toMatchObject([{ state: 'discarded' }]);
});

it('shows a message again that nobody can tell from one that was settled', async () => {
  const units = new InMemoryRunner();
  const parking = found({ parkedAt: null });
  const collect = () => units.run(collectParkedMessage(parking));
  await expect(collect()).resolves.toBe('collected');
  await expect(collect()).resolves.toBe('known');
  await discard(units, parking.id);
  await expect(collect()).resolves.toBe('again');
  expect(units.rows(parkedMessages)).toMatchObject([{ state: 'parked', settledAt: null, settledBy: null }]);
});

it('counts how often a message has been redriven, as far as it is known', async () => {
  const units = new InMemoryRunner();
  const first = found();
  const second = found({ redriveOf: first.id });
  const third = found({ redriveOf: second.id });
  for (const parking of [first, second, third, found({ redriveOf: newId() })]) {
    await units.run(collectParkedMessage(parking));
  }
  const redrives = new Map(units.rows(parkedMessages).map((row) => [row.id, row.redrives]));
  expect([first, second, third].map(({ id }) => redrives.get(id))).toEqual([0, 1, 2]);
  expect([...redrives.values()].sort()).toEqual([0, 1, 1, 2]);
});

it('has room for whatever a sender chose', async () => {
  const units = new InMemoryRunner();
  await units.run(collectParkedMessage(found()));
  const [row] = units.rows(parkedMessages);
  expect([row?.type?.length, row?.detail.length]).toEqual([100, 500]);
});
