import type { Table } from '#libs/persistence/database/table.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { catalogueProducts } from '../../../apps/order-service/src/persistence/catalogue-product.row.js';
import { idempotencyKeys } from '../../../apps/order-service/src/persistence/idempotency-key.row.js';
import { orderViews } from '../../../apps/order-service/src/queries/order-view/order-view.row.js';
import type { ChangedOrders } from '../../../apps/order-service/src/queries/order-view/written-orders.js';
import type { Parts } from '../services/parts.js';
import type { PlantedBug } from './planted-bug.js';
import { runningOtherwise, seeingOtherwise, writingApart } from './tampering.js';

/** Rows of the table look as old as possible, so that everything is newer. */
const forgettingVersions = <Row extends { version: number }, Key>(
  unit: string,
  forgetful: Table<Row, Key>,
): Parts['units'] =>
  seeingOtherwise(unit, (work) => ({
    find: ((table, key) => {
      const row = work.find(table, key);
      return (table as unknown) === forgetful && row !== undefined ? { ...row, version: 0 } : row;
    }) as WorkingSet['find'],
  }));

/** Alters the pages of orders that the sweep compares. */
const sweeping =
  (otherwise: (page: ChangedOrders) => ChangedOrders): Parts['written'] =>
  (orders) => ({
    changed: async (range) => otherwise(await orders.changed(range)),
    find: (ids) => orders.find(ids),
  });

export const orderBugs: readonly PlantedBug[] = [
  {
    name: 'idempotency-key-in-another-transaction',
    what: 'The answer is kept under its key when the order has been committed.',
    parts: { units: writingApart('place-order', idempotencyKeys) },
  },
  {
    name: 'view-takes-older-version',
    what: 'The order view shows whatever came last.',
    parts: { units: forgettingVersions('show-order', orderViews) },
  },
  {
    name: 'catalogue-takes-older-version',
    what: 'The copy of the catalogue is whatever came last.',
    parts: { units: forgettingVersions('copy-product', catalogueProducts) },
  },
  {
    name: 'products-are-announced-once',
    what: 'Nobody says again how products stand.',
    parts: { units: runningOtherwise('announce-again', () => Promise.resolve()) },
  },
  {
    name: 'no-sweep',
    what: 'Nobody compares views with their orders.',
    parts: { written: sweeping(() => ({ orders: [], next: null })) },
  },
  {
    name: 'sweep-skips-the-last-of-a-page',
    what: 'The last order of each page is not compared.',
    parts: { written: sweeping(({ orders, next }) => ({ orders: orders.slice(0, -1), next })) },
  },
  {
    name: 'sweep-takes-no-view-for-a-new-one',
    what: 'An order that has no view at all is not taken for one whose view is behind.',
    parts: {
      views: (views) => ({
        states: async (ids) => {
          const shown = await views.states(ids);
          const missing = ids.filter((id) => !shown.some((state) => state.id === id));
          return [
            ...shown,
            ...missing.map((id) => ({ id, customerId: '', version: Infinity, status: 'PENDING' as const })),
          ];
        },
      }),
    },
  },
];
