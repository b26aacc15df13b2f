import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Batch, Position } from './prunable.js';
import { Sweeper, type Sweep } from './sweeper.js';
import type { LeaseEnd } from './prune-lease.js';

const start = Date.parse('2026-01-01T00:00:00Z');
const minuteMs = 60_000;
const there: Position = { at: 'there' };
const further: Position = { at: 'further' };

/** A sweep on a clock of its own. Every batch takes as long as `tookMs` says. */
class Sweeping {
  now = start;
  tookMs = 0;
  isDue = true;
  isMine = true;
  position: Position | null = null;
  readonly batches: Batch[] = [];
  readonly ends: { end: LeaseEnd; nextInMs: number }[] = [];
  readonly sweeper: Sweeper;

  /** @param nexts what the batches return, one after the other, and finally null; an error is thrown. */
  constructor(nexts: (Position | null | Error)[], begin?: Sweep['begin']) {
    const leases = {
      know: async () => undefined,
      take: async (table: string, keepMs: number) =>
        this.isDue ? { table, before: new Date(this.now - keepMs), position: this.position } : null,
      goOn: async () => this.isMine,
      end: async (_: unknown, end: LeaseEnd, nextInMs: number) => {
        this.ends.push({ end, nextInMs });
        this.position = end.position ?? null;
      },
    };
    const sweep = async (batch: Batch): Promise<Position | null> => {
      this.batches.push(batch);
      this.now += this.tookMs;
      const next = nexts.shift() ?? null;
      if (next instanceof Error) throw next;
      return next;
    };
    const time = {
      pause: async () => undefined,
      after: () => ({ cancel: () => undefined }),
      every: () => ({ cancel: () => undefined }),
      monotonicMs: () => this.now,
    };
    const only: Sweep = {
      name: 'rows',
      everySeconds: 60,
      quietSeconds: 300,
      batchSize: 1_000,
      sweep,
      ...(begin && { begin }),
    };
    this.sweeper = new Sweeper(leases, [only], time);
  }

  async look(): Promise<readonly Batch[]> {
    const known = this.batches.length;
    await this.sweeper.look();
    return this.batches.slice(known);
  }
}

describe('a sweep', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(true));

  it('goes batch by batch to the end, leaves what has changed just now, and begins anew when it is due', async () => {
    const sweeping = new Sweeping([there, null]);
    const before = new Date(start - 5 * minuteMs);
    expect(await sweeping.look()).toEqual([
      { before, after: null, limit: 1_000 },
      { before, after: there, limit: 1_000 },
    ]);
    expect(sweeping.ends).toEqual([{ end: { result: 'through', position: null }, nextInMs: minuteMs }]);
    expect(await sweeping.look()).toMatchObject([{ after: null }]);
  });

  it('begins where the pass before ended, if it says so', async () => {
    const sweeping = new Sweeping([null, null], (before) => ({ from: before.toISOString() }));
    const [first] = await sweeping.look();
    sweeping.now += minuteMs;
    const [second] = await sweeping.look();
    expect(second!.after).toEqual({ from: first!.before.toISOString() });
  });

  it('is cut short when it takes long, and goes on from there at once', async () => {
    const sweeping = new Sweeping([there, further]);
    sweeping.tookMs = 15_000;
    await sweeping.look();
    expect(sweeping.ends).toMatchObject([{ end: { result: 'cut-short' }, nextInMs: 0 }]);
    expect(await sweeping.look()).toMatchObject([{ after: further }]);
  });

  it('makes batches smaller while they are slow', async () => {
    const sweeping = new Sweeping([there, further]);
    sweeping.tookMs = 500;
    expect((await sweeping.look()).map(({ limit }) => limit)).toEqual([1_000, 500, 250]);
  });

  it('goes on where it failed, a while later', async () => {
    const sweeping = new Sweeping([there, new Error('away')]);
    await sweeping.look();
    expect(sweeping.ends).toMatchObject([{ end: { result: 'failed' }, nextInMs: minuteMs }]);
    expect(await sweeping.look()).toMatchObject([{ after: there }]);
  });

  it("stops when its lease is somebody else's by now, or not its own at all", async () => {
    const sweeping = new Sweeping([there, further]);
    sweeping.isMine = false;
    await sweeping.look();
    expect([sweeping.batches.length, sweeping.ends]).toEqual([1, []]);
    sweeping.isDue = false;
    expect(await sweeping.look()).toEqual([]);
  });

  it('stops after the batch in hand', async () => {
    const sweeping = new Sweeping([there, further]);
    await sweeping.sweeper.beforeApplicationShutdown();
    await sweeping.look();
    expect(sweeping.ends).toMatchObject([{ end: { result: 'cut-short', position: there } }]);
  });
});
