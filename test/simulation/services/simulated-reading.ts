import { keyText } from '#libs/persistence/unit-of-work/key.js';
import type { PageByAge } from '#libs/persistence/database/page-by-age.js';
import { orderViews } from '../../../apps/order-service/src/queries/order-view/order-view.row.js';
import type { OrderViewReader } from '../../../apps/order-service/src/queries/order-view/order-view.reader.js';
import type { WrittenOrders } from '../../../apps/order-service/src/queries/order-view/written-orders.js';
import { toDocument } from '../../../apps/order-service/src/persistence/order-document.js';
import { toOrder } from '../../../apps/order-service/src/persistence/order.mapper.js';
import { orders, type OrderRow } from '../../../apps/order-service/src/persistence/order.row.js';
import { step } from '../world/simulation-world.js';
import type { Place } from './parts.js';

/** Few enough that a pass has several pages. */
const maxPageSize = 4;

/** The orders as the sweep of views reads them, in pages of the index by when they last changed. */
export const writtenOrdersOf = (place: Place): Pick<WrittenOrders, 'changed' | 'find'> => ({
  changed: async ({ from, to, after }: PageByAge) => {
    await reach(place);
    const found = [...place.database.all(orders)]
      .filter(({ updatedAt }) => updatedAt < to && (from === null || updatedAt >= from))
      .sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1))
      .filter((row) => after === null || positionOf(row) > after);
    const page = found.slice(0, maxPageSize);
    return {
      orders: page.map(({ id, version }) => ({ id, version })),
      next: found.length > maxPageSize ? positionOf(page.at(-1)!) : null,
    };
  },
  find: async (ids) => {
    await reach(place);
    return ids.flatMap((id) => {
      const row = place.database.find(orders, keyText(id)) as OrderRow | undefined;
      return row ? [{ id, version: row.version, document: () => toDocument(toOrder(row)) }] : [];
    });
  },
});

export const orderViewsOf = (place: Place): Pick<OrderViewReader, 'states'> => ({
  states: async (ids) => {
    await reach(place);
    return ids.flatMap((id) => place.database.peek(orderViews, id) ?? []);
  },
});

const positionOf = ({ updatedAt, id }: OrderRow): string => `${updatedAt.toISOString()}/${id}`;

async function reach({ world, life, database }: Place): Promise<void> {
  await step(world, life, 0, 1_000);
  database.expectReachable();
}
