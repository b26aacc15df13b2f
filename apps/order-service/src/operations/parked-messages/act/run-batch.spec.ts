import { beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '#libs/kernel/ids.js';
import type { RedrivenMessage } from '#libs/messaging/outbox/outbox.js';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { operatorJobs, type OperatorJobRow } from '../jobs/operator-job.row.js';
import { parkedBodies } from '../parked-body.row.js';
import { parkedMessages, type ParkedMessageRow } from '../parked-message.row.js';
import { beginJob } from './begin-job.unit.js';
import { claimJob, releaseJob } from './job-lease.unit.js';
import { runBatch } from './run-batch.unit.js';

const at = new Date('2026-01-01T12:00:00.000Z');

const row = (id: string): ParkedMessageRow => ({
  id,
  queue: 'inventory.commands',
  messageId: id,
  type: 'inventory.reserve-stock.v1',
  subject: 'order',
  sagaId: null,
  reason: 'defect',
  detail: '',
  contentType: null,
  sizeBytes: 1,
  bodyHash: Buffer.alloc(32),
  attempt: 0,
  redrives: 0,
  redriveOf: null,
  firstSender: null,
  parkedAt: at,
  collectedAt: at,
  state: 'parked',
  edited: false,
  settledAt: null,
  settledBy: null,
  jobId: null,
});

const message = (id: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id,
      type: 'inventory.reserve-stock.v1',
      source: '/test',
      subject: 'order',
      time: at.toISOString(),
      datacontenttype: 'application/json',
      dataschema: '/x',
      data: {},
    }),
  );

describe('a job on parked messages', () => {
  const ids = Array.from({ length: 4 }, () => newId());
  const jobId = newId();
  let now: Date;
  let units: InMemoryRunner;
  let sent: string[];
  const outbox = { redrive: (_: unknown, { parkedId }: RedrivenMessage) => void sent.push(parkedId) };

  beforeEach(async () => {
    now = at;
    sent = [];
    units = new InMemoryRunner({ clock: { now: () => now } });
    const bodies = ids.map((id) => ({ id, original: message(id), edited: null }));
    await units.seed(
      parkedMessages,
      ...ids.map((id, n) => ({ ...row(id), sizeBytes: bodies[n]!.original.length })),
    );
    await units.seed(parkedBodies, ...bodies);
    const request = {
      id: jobId,
      kind: 'parked-redrive',
      filter: {},
      total: 4,
      actor: 'op-1',
      reason: 'x',
      alone: false,
    } as const;
    await units.run(beginJob(request));
  });

  const later = (seconds: number): void => void (now = new Date(now.getTime() + seconds * 1000));
  const claim = () => units.run(claimJob(jobId, newId()));
  const batch = (job: OperatorJobRow, some: readonly string[], last = false) =>
    units.run(runBatch(job, { messages: some.map((id) => ({ id, parkedAt: at })), last }, outbox));

  it('is in one hand at a time, and in the next when its lease is over or given back', async () => {
    const first = (await claim())!;
    await expect(claim()).resolves.toBeNull();
    later(31);
    const second = (await claim())!;
    expect(second.fence).toBe(first.fence + 1);
    await units.run(releaseJob(first));
    await expect(claim()).resolves.toBeNull();
    await units.run(releaseJob(second));
    await expect(claim()).resolves.toMatchObject({ fence: first.fence + 2 });
  });

  it('is not touched any more by who was overtaken', async () => {
    const slow = (await claim())!;
    later(31);
    const quick = (await claim())!;
    await expect(batch(slow, ids)).resolves.toBeNull();
    expect(sent).toEqual([]);
    await expect(batch(quick, ids, true)).resolves.toMatchObject({ done: 4, state: 'finished' });
    expect(sent).toEqual(ids);
    await expect(batch(quick, ids)).resolves.toBeNull();
  });

  it('writes down where it is with each batch, and renews its lease', async () => {
    const job = (await claim())!;
    later(20);
    await batch(job, ids.slice(0, 2));
    expect(units.rows(operatorJobs)).toMatchObject([
      { done: 2, failed: 0, position: { id: ids[1] }, leaseUntil: new Date(now.getTime() + 30_000) },
    ]);
  });

  it('counts what cannot go back, leaves it, and does nothing about what was settled meanwhile', async () => {
    const [settled, unreadable] = ids as [string, string];
    const meanwhile = { ...row(settled), state: 'discarded' as const, settledAt: at, settledBy: 'op-2' };
    await units.run({
      name: 'meanwhile',
      load: [{ table: parkedMessages, keys: [settled, unreadable], mode: 'lock' }],
      decide: (work) => {
        work.update(parkedMessages, meanwhile);
        work.update(parkedMessages, { ...row(unreadable), messageId: null });
      },
    });
    const job = (await claim())!;
    await expect(batch(job, ids, true)).resolves.toMatchObject({ done: 2, failed: 1, state: 'finished' });
    const states = new Map(units.rows(parkedMessages).map(({ id, state }) => [id, state]));
    expect(ids.map((id) => states.get(id))).toEqual(['discarded', 'parked', 'redriven', 'redriven']);
    expect(sent).toEqual(ids.slice(2));
  });
});
