import {
  ReservationCancelled,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import {
  PaymentCancelled,
  PaymentDeclined,
  PaymentRefunded,
  PaymentTaken,
} from '#libs/contracts/payment/payment.messages.js';
import type { History } from './history.js';
import { dataOf, typeOf, type Reply } from './reply.js';

interface Rule {
  /** What has been answered. */
  readonly said: { readonly type: string };
  /** What must not be answered any more. */
  readonly never: readonly { readonly type: string }[];
  /** Only in answer to what was sent after that: what was in hand may be answered with what it was then. */
  readonly toLaterOnly?: (said: Reply) => boolean;
}

const always = (): boolean => true;
/** Where nothing was given back, nothing had been taken: then nothing is, however long it was in hand. */
const gaveBackSomething = (refunded: Reply): boolean => dataOf(refunded)['amount'] !== null;

const rules: readonly Rule[] = [
  { said: PaymentRefunded, never: [PaymentTaken], toLaterOnly: gaveBackSomething },
  { said: PaymentDeclined, never: [PaymentTaken] },
  { said: PaymentCancelled, never: [PaymentTaken], toLaterOnly: always },
  { said: PaymentTaken, never: [PaymentDeclined] },
  { said: StockShort, never: [StockReserved] },
  { said: ReservationCancelled, never: [StockReserved], toLaterOnly: always },
  { said: StockReserved, never: [StockShort] },
  { said: StockReleased, never: [StockReserved, StockCommitted], toLaterOnly: always },
  { said: StockCommitted, never: [StockReleased] },
  { said: StockReturned, never: [StockReleased] },
];

/** The answer that contradicts one before it, with that one: an answer stands. */
export function contradictionIn({ entries }: History): { before: Reply; after: Reply } | undefined {
  const sentAt = new Map(entries.flatMap(({ what }, at) => ('sent' in what ? [[what.sent.id, at]] : [])));
  const all = entries.flatMap(({ command, what }, at) =>
    'came' in what ? [{ command, reply: what.came, at }] : [],
  );
  for (const [nth, before] of all.entries()) {
    for (const after of all.slice(nth + 1)) {
      const cause = sentAt.get(String(after.reply.envelope['causationid'])) ?? after.at;
      const isBroken = ({ said, never, toLaterOnly }: Rule): boolean =>
        said.type === typeOf(before.reply) &&
        never.some(({ type }) => type === typeOf(after.reply)) &&
        (cause > before.at || !toLaterOnly?.(before.reply));
      // What is asked with other data under the same id has an answer of its own.
      const isOther =
        before.command.message === after.command.message &&
        before.command.commandId !== after.command.commandId;
      if (!isOther && rules.some(isBroken)) return { before: before.reply, after: after.reply };
    }
  }
  return undefined;
}
