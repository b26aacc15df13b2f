import { createHash } from 'node:crypto';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import * as inventory from '#libs/contracts/inventory/inventory.messages.js';
import * as payment from '#libs/contracts/payment/payment.messages.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import { changesBetween, type Change } from '../../audit/changes.js';
import { parkedBodies } from '../parked-body.row.js';
import type { ParkedMessageRow } from '../parked-message.row.js';
import type { Concern } from '../../second-person/proposable.js';
import { wayBack } from './settle-parked-message.js';

/**
 * What one person may change alone: texts and figures that people read and by which nothing is decided. All else moves
 * money or goods, or names who gets them. Indexes of lists are left out.
 */
const harmlessFields: ReadonlyMap<string, readonly string[]> = new Map([
  [payment.PaymentDeclined.type, ['/data/code']],
  [inventory.StockShort.type, ['/data/shortages/requested', '/data/shortages/available']],
  [inventory.ProductChanged.type, ['/data/name']],
]);

/**
 * What one person may keep from ever arriving, beside events: questions that are asked again until they are answered, and
 * that move no money. An event that never arrives leaves a copy as it was until the next change of its subject, whose event
 * carries all of it.
 */
const harmlessToLose: ReadonlySet<string> = new Set(
  [
    inventory.ReserveStock,
    inventory.ReleaseStock,
    inventory.CommitStock,
    inventory.ReturnStock,
    inventory.StockReserved,
    inventory.StockShort,
    inventory.ReservationCancelled,
    inventory.StockReleased,
    inventory.StockCommitted,
    inventory.StockReturned,
    inventory.ListReservations,
    inventory.ReservationsListed,
    payment.ListPayments,
    payment.PaymentsListed,
    payment.ListCharges,
    payment.ChargesListed,
  ].map(({ type }) => type),
);

const shownPaths = 10;

/** What makes it take a second person to send a message back. Needs the message, and its body, locked. */
export function concernOfRedriving(work: WorkingSet, row: ParkedMessageRow): Concern | null {
  if (!row.edited) return null;
  const grave = changesMade(work, row).filter(({ path }) => !isHarmless(row.type, path));
  // Without the first original, nobody can tell any more what an earlier edit has changed.
  const before = row.redriveOf === null ? [] : ['it was sent back before, and given other data'];
  if (grave.length === 0 && before.length === 0) return null;
  const paths = grave.slice(0, shownPaths).map(({ path }) => path);
  const more = grave.length > shownPaths ? [`and ${grave.length - shownPaths} more`] : [];
  const given = grave.length > 0 ? [`its sender gave another ${[...paths, ...more].join(', ')}`] : [];
  return { why: [...given, ...before].join('; '), about: bytesOf(work, row) };
}

/** What makes it take a second person to be done with a message. Needs the message, and its body, locked. */
export function concernOfDiscarding(work: WorkingSet, row: ParkedMessageRow): Concern | null {
  const way = wayBack(work, row);
  // It is lost already: no consumer could ever read it.
  if (!way.possible) return null;
  const { type } = way.message;
  if (messageTypes.get(type)?.kind === 'event' || harmlessToLose.has(type)) return null;
  return { why: `${type} would never arrive`, about: bytesOf(work, row) };
}

/** What differs from the bytes that came. */
export function changesMade(work: WorkingSet, { id }: ParkedMessageRow): Change[] {
  const { original, edited } = work.get(parkedBodies, id);
  return edited ? changesBetween(jsonOf(original), jsonOf(edited)) : [];
}

/** Only what could be read as a message can be edited. */
const jsonOf = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'));

const isHarmless = (type: string | null, path: string): boolean =>
  harmlessFields.get(type ?? '')?.includes(path.replace(/\/\d+(?=\/|$)/g, '')) ?? false;

function bytesOf(work: WorkingSet, { id, queue }: ParkedMessageRow) {
  const { original, edited } = work.get(parkedBodies, id);
  return { queue, sha256: [original, ...(edited ? [edited] : [])].map(sha256) };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
