import type { WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import {
  reservations,
  type ReservationRow,
} from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { orders, type OrderRow } from '../../../apps/order-service/src/persistence/order.row.js';
import type { PlantedBug } from './planted-bug.js';
import { seeingOtherwise } from './tampering.js';

export const cancelBugs: readonly PlantedBug[] = [
  {
    name: 'cancel-request-forgotten',
    what: 'A request to cancel that comes after the pivot is not remembered.',
    parts: {
      units: seeingOtherwise('saga-reply', (work) => ({
        get: ((table, key) => {
          const row = work.get(table, key);
          if ((table as unknown) !== orders) return row;
          const { details, ...order } = row as OrderRow;
          return { ...order, details: { ...details, requests: [] } };
        }) as WorkingSet['get'],
      })),
    },
  },
  {
    name: 'cancels-what-is-shipped',
    what: 'An order is cancelled by what it was when the customer looked.',
    parts: {
      units: seeingOtherwise('cancel-order', (work) => ({
        find: ((table, key) => {
          const row = work.find(table, key);
          if ((table as unknown) !== orders || row === undefined) return row;
          const order = row as OrderRow;
          return order.status === 'SHIPPED' ? { ...order, status: 'PREPARING' } : row;
        }) as WorkingSet['find'],
      })),
    },
  },
  {
    name: 'return-counted-twice',
    what: 'What was returned already is returned again when asked again.',
    parts: {
      units: seeingOtherwise('return-stock', (work) => ({
        find: ((table, key) => {
          const row = work.find(table, key);
          if ((table as unknown) !== reservations || row === undefined) return row;
          const reservation = row as ReservationRow;
          return reservation.status === 'RETURNED' ? { ...reservation, status: 'COMMITTED' } : row;
        }) as WorkingSet['find'],
      })),
    },
  },
];
