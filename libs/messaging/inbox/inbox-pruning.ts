import type { DataSource } from 'typeorm';
import { idToBytes } from '#libs/kernel/ids.js';
import { secondsOf, type Prunable, type Pruned } from '#libs/persistence/housekeeping/prunable.js';

/** A sender's clock may be ahead of ours by this much. */
const clocksApartMs = 24 * 60 * 60 * 1000;

/** A place in one consumer's rows: behind this one. */
interface Place {
  readonly consumer: string;
  readonly part: Part;
  readonly messageId: Buffer;
}

/** `timed`: ids of the past, oldest first. `other`: those above, which are not UUIDv7 and say nothing of their time. */
type Part = 'timed' | 'other';

const lowest = Buffer.alloc(16);
const highest = Buffer.alloc(16, 0xff);

/**
 * Deletes inbox rows once no copy of their messages can turn up any more. Finds them without an index on time, which
 * each message would pay for: ids of messages are UUIDv7, so a consumer's oldest messages are the first of its key
 * range. Participants written by others may choose their ids differently; those are looked at one by one.
 */
export const inboxPruning = ({ keepDays }: { readonly keepDays: number }): Prunable => ({
  table: 'inbox',
  keepSeconds: secondsOf.days(keepDays),
  batchSize: 1_000,
  prune: async (source, { before, after, limit }): Promise<Pruned> => {
    const place = after ? placeOf(after) : await firstOfNext(source, '');
    if (!place) return { deleted: { inbox: 0 }, next: null, reached: null };
    const [from, to] = rangeOf(place, before);
    const rows: { id: Buffer; at: Date }[] = await source.query(
      `SELECT message_id AS id, consumed_at AS at FROM inbox
        WHERE consumer = ? AND message_id > ? AND message_id < ? ORDER BY message_id LIMIT ?`,
      [place.consumer, from, to, limit],
    );
    // By their own time, too: a parked message may be redriven long after its id was made.
    const old = rows.filter(({ at }) => at < before).map(({ id }) => id);
    const deleted = old.length === 0 ? 0 : await remove(source, place.consumer, old, before);
    const last = rows.at(-1);
    const next =
      last && rows.length === limit ? { ...place, messageId: last.id } : await following(source, place);
    return {
      deleted: { inbox: deleted },
      next: next && positionOf(next),
      reached: place.part === 'timed' ? (last?.at ?? null) : null,
    };
  },
});

async function remove(
  source: DataSource,
  consumer: string,
  ids: readonly Buffer[],
  before: Date,
): Promise<number> {
  const { affectedRows }: { affectedRows: number } = await source.query(
    'DELETE FROM inbox WHERE consumer = ? AND message_id IN (?) AND consumed_at < ?',
    [consumer, ids, before],
  );
  return affectedRows;
}

function rangeOf({ part, messageId }: Place, before: Date): [Buffer, Buffer] {
  const timed = part === 'timed';
  const floor = timed ? lowest : firstIdAt(new Date(Date.now() + clocksApartMs));
  return [Buffer.compare(messageId, floor) > 0 ? messageId : floor, timed ? firstIdAt(before) : highest];
}

const following = async (source: DataSource, { consumer, part }: Place): Promise<Place | null> =>
  part === 'timed' ? { consumer, part: 'other', messageId: lowest } : firstOfNext(source, consumer);

/** From one consumer to the next through the index; DISTINCT would read all of it on a server that cannot skip. */
async function firstOfNext(source: DataSource, consumer: string): Promise<Place | null> {
  const [row]: { consumer: string }[] = await source.query(
    'SELECT consumer FROM inbox WHERE consumer > ? ORDER BY consumer LIMIT 1',
    [consumer],
  );
  return row ? { consumer: row.consumer, part: 'timed', messageId: lowest } : null;
}

const positionOf = ({ consumer, part, messageId }: Place) => ({
  consumer,
  part,
  messageId: messageId.toString('hex'),
});

const placeOf = ({ consumer = '', part, messageId = '' }: Readonly<Record<string, string>>): Place => ({
  consumer,
  part: part === 'other' ? 'other' : 'timed',
  messageId: Buffer.from(messageId, 'hex'),
});

/** The lowest UUIDv7 of that millisecond, as bytes. */
export function firstIdAt(time: Date): Buffer {
  const milliseconds = time.getTime().toString(16).padStart(12, '0');
  return idToBytes(`${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7000-8000-000000000000`);
}
