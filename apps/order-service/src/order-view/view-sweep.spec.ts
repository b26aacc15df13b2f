import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TurnEnd } from '#libs/persistence/housekeeping/turns.js';
import type { PageByAge } from '#libs/persistence/page-by-age.js';
import { turnOf, ViewSweep, type SweepPass } from './view-sweep.js';
import type { ChangedOrders } from './written-orders.js';

const minute = 60_000;
const start = Date.parse('2026-01-01T00:00:00Z');
const settings = { everySeconds: 60, allEveryHours: 24, quietSeconds: 300 };

const page = (next: string | null): ChangedOrders => ({ orders: [{ id: 'an order', version: 1 }], next });

/** A sweep on a clock of its own. Every comparison takes as long as `tookMs` says. */
class Sweeping {
  now = start;
  tookMs = 0;
  isMine = true;
  readonly ranges: PageByAge[] = [];
  readonly ends: { name: string; end: TurnEnd; nextInMs: number }[] = [];
  readonly positions = new Map<string, Readonly<Record<string, string>> | null>();
  readonly sweep: ViewSweep;

  /** @param due the passes whose turn it is. @param pages what is found, one after the other; an error is thrown. */
  constructor(due: readonly SweepPass[], ...pages: (ChangedOrders | Error)[]) {
    const turns = {
      know: async () => undefined,
      take: async (table: string, keepMs: number) =>
        due.some((pass) => turnOf(pass) === table)
          ? { table, before: new Date(this.now - keepMs), position: this.positions.get(table) ?? null }
          : null,
      goOn: async () => this.isMine,
      end: async ({ table }: { table: string }, end: TurnEnd, nextInMs: number) => {
        this.ends.push({ name: table, end, nextInMs });
        this.positions.set(table, end.position ?? null);
      },
    };
    const changed = async (range: PageByAge) => {
      this.ranges.push(range);
      const found = pages.shift() ?? page(null);
      if (found instanceof Error) throw found;
      return found;
    };
    const compare = async () => void (this.now += this.tookMs);
    const time = {
      pause: async () => undefined,
      after: () => ({ cancel: () => undefined }),
      every: () => ({ cancel: () => undefined }),
      monotonicMs: () => this.now,
    };
    this.sweep = new ViewSweep(turns, { changed }, { compare }, settings, time);
  }

  async look(): Promise<void> {
    await this.sweep.look();
  }
}

describe('ViewSweep', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(true));

  it('goes through what has changed since the pass before, and leaves what has changed just now', async () => {
    const sweeping = new Sweeping(['recent']);
    await sweeping.look();
    sweeping.now += minute;
    await sweeping.look();
    const [first, second] = sweeping.ranges;
    expect(second!.from).toEqual(first!.to);
    expect(second!.to).toEqual(new Date(start + minute - 5 * minute));
    expect(sweeping.ends[1]).toMatchObject({ end: { result: 'through' }, nextInMs: minute });
  });

  it('goes through all orders from the first, once a day', async () => {
    const sweeping = new Sweeping(['all'], page('there'), page(null));
    await sweeping.look();
    expect(sweeping.ranges.map(({ from, after }) => [from, after])).toEqual([
      [null, null],
      [null, 'there'],
    ]);
    expect(sweeping.ends).toEqual([
      { name: turnOf('all'), end: { result: 'through', position: null }, nextInMs: 24 * 60 * minute },
    ]);
  });

  it('is cut short when it takes long, and goes on from there at once', async () => {
    const sweeping = new Sweeping(['recent'], page('a'), page('b'), page('c'));
    sweeping.tookMs = 15_000;
    await sweeping.look();
    const { from } = sweeping.ranges[0]!;
    expect(sweeping.ends).toMatchObject([{ end: { result: 'cut-short' }, nextInMs: 0 }]);
    await sweeping.look();
    expect(sweeping.ranges[2]).toMatchObject({ from, after: 'b' });
  });

  it('asks for less at once while comparing is slow', async () => {
    const sweeping = new Sweeping(['all'], page('a'), page('b'));
    sweeping.tookMs = 500;
    await sweeping.look();
    expect(sweeping.ranges.map(({ limit }) => limit)).toEqual([1_000, 500, 250]);
  });

  it('goes on where it failed, a while later', async () => {
    const sweeping = new Sweeping(['all'], page('a'), new Error('away'));
    await sweeping.look();
    expect(sweeping.ends).toMatchObject([{ end: { result: 'failed' }, nextInMs: minute }]);
    await sweeping.look();
    expect(sweeping.ranges.at(-1)).toMatchObject({ after: 'a' });
  });

  it("stops when its turn is somebody else's by now", async () => {
    const sweeping = new Sweeping(['all'], page('a'), page('b'));
    sweeping.isMine = false;
    await sweeping.look();
    expect([sweeping.ranges.length, sweeping.ends]).toEqual([1, []]);
  });

  it("does nothing when it is nobody's turn", async () => {
    const sweeping = new Sweeping([]);
    await sweeping.look();
    expect(sweeping.ranges).toEqual([]);
  });

  it('stops after the batch in hand', async () => {
    const sweeping = new Sweeping(['all'], page('a'), page('b'));
    await sweeping.sweep.beforeApplicationShutdown();
    await sweeping.look();
    expect(sweeping.ends).toMatchObject([{ end: { result: 'cut-short', position: { after: 'a' } } }]);
  });
});
