import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Defect } from '#libs/kernel/errors.js';
import { registry } from '#libs/observability/metrics.js';
import { ConnectionLost } from '#libs/persistence/database/errors.js';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { toDocument } from '../../persistence/order-document.js';
import { anOrder } from '../../testing/an-order.js';
import { orderViews } from './order-view.row.js';
import { showOrder } from './order-view.unit.js';
import { ViewRepair, type Comparer } from './view-repair.js';
import type { WrittenOrder } from './written-orders.js';

const idOf = (n: number): string => `01990000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const order = (n: number, version: number): WrittenOrder => ({
  id: idOf(n),
  version,
  document: () => toDocument(anOrder({ id: idOf(n), version })),
});

/** Both sides, and what can be done to them between two looks. */
class Sides {
  readonly units = new InMemoryRunner();
  written = new Map<string, WrittenOrder>();
  betweenLooks: () => Promise<unknown> = () => Promise.resolve();

  write(...orders: WrittenOrder[]): void {
    for (const each of orders) this.written.set(each.id, each);
  }

  show({ document }: WrittenOrder): Promise<unknown> {
    return this.units.run(showOrder(document(), 1));
  }

  get shown(): (readonly [string, number])[] {
    return this.units.rows(orderViews).map(({ id, version }) => [id, version]);
  }

  async compare(comparer: Comparer = 'recent'): Promise<void> {
    const find = async (ids: readonly string[]) => {
      await this.betweenLooks();
      return ids.flatMap((id) => this.written.get(id) ?? []);
    };
    const states = async (ids: readonly string[]) =>
      this.units.rows(orderViews).filter(({ id }) => ids.includes(id));
    await new ViewRepair({ find }, { states }, this.units).compare([...this.written.values()], comparer);
  }
}

const counted = async (result: string, foundBy: Comparer = 'recent'): Promise<number> => {
  const metric = await registry.getSingleMetric('orders_views_out_of_step_total')!.get();
  return metric.values.find(({ labels }) => labels['result'] === result && labels['found_by'] === foundBy)!
    .value;
};

describe('ViewRepair', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(true));
  let sides: Sides;
  let before: number;
  beforeEach(async () => {
    sides = new Sides();
    before = await counted('repaired');
  });

  it('shows orders whose events never came, and counts them', async () => {
    sides.write(order(1, 1), order(2, 3), order(3, 2));
    await sides.show(order(2, 1));
    await sides.show(order(3, 2));
    await sides.compare();
    expect(sides.shown).toEqual([
      [idOf(1), 1],
      [idOf(2), 3],
      [idOf(3), 2],
    ]);
    expect(await counted('repaired')).toBe(before + 2);
    await sides.compare();
    expect(await counted('repaired')).toBe(before + 2);
  });

  it('says which they were', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const many = Array.from({ length: 25 }, (_, n) => order(n, 1));
    sides.write(...many);
    await sides.compare('all');
    const said = warn.mock.calls.map(([, fields]) => fields as { orderIds: string[]; source: string });
    expect(said.flatMap(({ orderIds }) => orderIds)).toEqual(many.map(({ id }) => id));
    expect(said.map(({ source }) => source)).toEqual(['all', 'all']);
    warn.mockRestore();
  });

  it('counts nothing that an event has shown meanwhile', async () => {
    sides.write(order(1, 2));
    sides.betweenLooks = () => sides.show(order(1, 2));
    await sides.compare();
    expect([sides.shown, await counted('repaired')]).toEqual([[[idOf(1), 2]], before]);
  });

  it('shows an order as it is by now, and its own event changes nothing when it comes', async () => {
    sides.write(order(1, 2));
    sides.betweenLooks = async () => sides.write(order(1, 3));
    await sides.compare();
    await sides.show(order(1, 2));
    await sides.show(order(1, 3));
    expect(sides.shown).toEqual([[idOf(1), 3]]);
  });

  it('takes no view for ahead whose order has just changed', async () => {
    const ahead = await counted('ahead');
    sides.write(order(1, 1));
    await sides.show(order(1, 2));
    sides.betweenLooks = async () => sides.write(order(1, 2));
    await sides.compare();
    expect(await counted('ahead')).toBe(ahead);
  });

  it('tells of a view that shows more than its order has been, and leaves it', async () => {
    const ahead = await counted('ahead');
    sides.write(order(1, 1));
    await sides.show(order(1, 2));
    await sides.compare();
    expect([sides.shown, await counted('ahead')]).toEqual([[[idOf(1), 2]], ahead + 1]);
  });

  it('lets an order that cannot be shown keep no other from being', async () => {
    const failed = await counted('failed');
    const broken = { ...order(1, 1), document: () => raise(new Defect('no such currency')) };
    sides.write(broken, order(2, 1));
    await sides.compare();
    expect([sides.shown, await counted('failed')]).toEqual([[[idOf(2), 1]], failed + 1]);
  });

  it('fails while the read side is away, so that it is tried again', async () => {
    sides.write(order(1, 1));
    jest.spyOn(sides.units, 'run').mockRejectedValue(new ConnectionLost('away'));
    await expect(sides.compare()).rejects.toThrow('away');
    expect(await counted('repaired')).toBe(before);
  });
});

function raise(error: Error): never {
  throw error;
}
