import type { SelectQueryBuilder } from 'typeorm';
import { z } from 'zod';
import { queues } from '#libs/contracts/topology.js';
import { idToBytes } from '#libs/kernel/ids.js';
import { storedReasons } from '#libs/messaging/parking';
import type { ParkedMessageRow, ParkedState } from './parked-message.row.js';

const queueNames = Object.values(queues).map(({ name }) => name);
const time = z.iso.datetime({ offset: true });

/** What parked messages are looked for by, one at a time or many at once. */
export const parkedCriteria = {
  queue: z.enum(queueNames).optional().describe('Parked from this queue.'),
  type: z.string().min(1).max(100).optional().describe('Of this type; `none` for those without one.'),
  reason: z.enum(storedReasons).optional(),
  saga: z.uuid().toLowerCase().optional(),
  subject: z.string().min(1).max(64).optional().describe('About this order, or SKU.'),
  from: time.optional().describe('Parked not before.'),
  to: time.optional().describe('Parked before.'),
};
export type ParkedFilter = z.infer<z.ZodObject<typeof parkedCriteria>> & { readonly state?: ParkedState };

/** Where a message stands among the parked ones, by when it was parked. */
export interface ParkedKey {
  readonly parkedAt: string;
  readonly id: string;
}

type Found = SelectQueryBuilder<ParkedMessageRow>;

/** Leaves those of `parked`, as the query calls the table, that the filter wants. */
export function whereMatches(query: Found, { type, saga, from, to, ...equal }: ParkedFilter): Found {
  for (const [name, value] of Object.entries(equal)) {
    if (value !== undefined) query.andWhere(`parked.${name} = :${name}`, { [name]: value });
  }
  if (type === 'none') query.andWhere('parked.type IS NULL');
  else if (type !== undefined) query.andWhere('parked.type = :type', { type });
  if (saga !== undefined) query.andWhere('parked.sagaId = :saga', { saga: idToBytes(saga) });
  if (from !== undefined) query.andWhere('parked.parkedAt >= :from', { from: new Date(from) });
  if (to !== undefined) query.andWhere('parked.parkedAt < :to', { to: new Date(to) });
  return query;
}

/** Sorts, and leaves those behind a key. Written out because MySQL does not use an index range for (a, b) < (x, y). */
export function inOrder(query: Found, direction: 'ASC' | 'DESC', after: ParkedKey | null): Found {
  const sign = direction === 'ASC' ? '>' : '<';
  if (after) {
    query.andWhere(
      `parked.parkedAt ${sign}= :at AND (parked.parkedAt ${sign} :at OR parked.id ${sign} :id)`,
      {
        at: new Date(after.parkedAt),
        id: idToBytes(after.id),
      },
    );
  }
  return query.orderBy('parked.parkedAt', direction).addOrderBy('parked.id', direction);
}
