import { callerOf } from '#libs/kernel/caller.js';
import type { OrderFreshness } from '../../../apps/order-service/src/queries/order-view/order-freshness.js';
import type { Parts } from '../services/parts.js';
import type { PlantedBug } from './planted-bug.js';

const reading =
  (find: (freshness: OrderFreshness) => OrderFreshness['find']): Parts['freshness'] =>
  (freshness) =>
    ({
      find: find(freshness),
      hasCaughtUp: (token, caller) => freshness.hasCaughtUp(token, caller),
    }) as OrderFreshness;

const staff = callerOf('anybody', ['operator']);

export const readingBugs: readonly PlantedBug[] = [
  {
    name: 'token-is-not-looked-at',
    what: 'A query shows what the read side has, whatever its caller has written before.',
    parts: { freshness: reading((orders) => (id, caller) => orders.find(id, caller, null)) },
  },
  {
    name: 'read-by-anybody',
    what: 'Who knows the id of an order may read it.',
    parts: { freshness: reading((orders) => (id, _, token) => orders.find(id, staff, token)) },
  },
  {
    name: 'list-goes-on-by-time-alone',
    what: 'The next page begins with the time of the last item, and so with that item.',
    parts: {
      history: (history) => ({
        execute: (query) => {
          const { position } = query;
          if (!('after' in position)) return history.execute(query);
          const { createdAt, id } = position.after;
          const later = new Date(Date.parse(createdAt) + 1).toISOString();
          return history.execute({ ...query, position: { after: { createdAt: later, id } } } as typeof query);
        },
      }),
    },
  },
];
