import type { WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import {
  reservations,
  type ReservationRow,
} from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { stocks, type StockRow } from '../../../apps/inventory-service/src/persistence/stock.row.js';
import type { PlantedBug } from './planted-bug.js';
import { runningOtherwise, seeingOtherwise } from './tampering.js';

export const inventoryBugs: readonly PlantedBug[] = [
  {
    name: 'no-tombstone-at-inventory',
    what: 'A release that comes before its reservation is answered, and forgotten.',
    parts: {
      units: seeingOtherwise('release-stock', (work) => ({
        insert: (table, row) => {
          if ((table as unknown) !== reservations) work.insert(table, row);
        },
      })),
    },
  },
  {
    name: 'release-counted-twice',
    what: 'What was released already is released again when asked again.',
    parts: {
      units: seeingOtherwise('release-stock', (work) => ({
        find: ((table, key) => {
          const row = work.find(table, key);
          if ((table as unknown) !== reservations || row === undefined) return row;
          const reservation = row as ReservationRow;
          return reservation.status === 'RELEASED' ? { ...reservation, status: 'RESERVED' } : row;
        }) as WorkingSet['find'],
      })),
    },
  },
  {
    name: 'stock-without-lock',
    what: 'The stock is looked up in one transaction, and written as it was then, less what was held, in the next.',
    parts: {
      units: runningOtherwise('reserve-stock', async (unit, run) => {
        const skus = unit.load.flatMap(({ table, keys }) => (table === stocks ? (keys as string[]) : []));
        const seen = (await run({
          name: 'look',
          load: [{ table: stocks, keys: skus, mode: 'read' }],
          decide: (work) => new Map(skus.map((sku) => [sku, work.find(stocks, sku)])),
        })) as Map<string, StockRow | undefined>;
        return run({
          ...unit,
          decide: (work) =>
            unit.decide({
              now: work.now,
              find: ((table, key) =>
                (table as unknown) === stocks
                  ? seen.get(key as string)
                  : work.find(table, key)) as WorkingSet['find'],
              get: (table, key) => work.get(table, key),
              insert: (table, row) => work.insert(table, row),
              update: (table, row) => work.update(table, row),
              remove: (table, key) => work.remove(table, key),
            }),
        });
      }),
    },
  },
];
