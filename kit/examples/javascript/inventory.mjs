import { pathToFileURL } from 'node:url';
import { isListRequest, pageOf } from './listing.mjs';
import { isExpired, participate } from './participant.mjs';

/** The rules of reservations: each command has an answer in every state, and takes effect in one of them only. */
export function inventory(stock) {
  const available = new Map(Object.entries(stock));
  const reservations = new Map();

  const move = (lines, sign) => {
    for (const { sku, quantity } of lines) available.set(sku, available.get(sku) + sign * quantity);
  };

  const begin = (reservationId, orderId, status, at, lines = [], answer = undefined) => {
    const reservation = { reservationId, orderId, status, lines, answer, madeAt: at, changedAt: at };
    reservations.set(reservationId, reservation);
    return reservation;
  };
  const change = (reservation, status, at) => {
    if (reservation.status !== status) Object.assign(reservation, { status, changedAt: at });
  };

  const handlers = {
    'inventory.reserve-stock.v1': ({ subject, data: { reservationId, lines }, expirytime }, at) => {
      if (!Array.isArray(lines) || lines.length === 0 || !lines.every(isLine)) return undefined;
      const wanted = addedUp(lines);
      const known = reservations.get(reservationId);
      if (known?.status === 'RELEASED' || known?.status === 'CANCELLED') return ['reservation-cancelled'];
      if (known) return sameLines(known.lines, wanted) ? known.answer : undefined;
      if (isExpired({ expirytime }, at)) {
        // Not begun, and remembered: another sending of it that comes in time must find this.
        begin(reservationId, subject, 'CANCELLED', at, wanted);
        return ['reservation-cancelled'];
      }
      const shortages = wanted
        .map(({ sku, quantity }) => ({ sku, requested: quantity, available: available.get(sku) ?? 0 }))
        .filter((line) => line.requested > line.available);
      const isShort = shortages.length > 0;
      if (!isShort) move(wanted, -1);
      const answer = isShort ? ['stock-short', { shortages }] : ['stock-reserved'];
      begin(reservationId, subject, isShort ? 'SHORT' : 'RESERVED', at, wanted, answer);
      return answer;
    },
    'inventory.release-stock.v1': ({ subject, data: { reservationId } }, at) => {
      // Also where there is nothing to undo: a reserve-stock that comes later must find this.
      const known = reservations.get(reservationId) ?? begin(reservationId, subject, 'CANCELLED', at);
      if (known.status === 'COMMITTED' || known.status === 'RETURNED') return undefined;
      if (known.status === 'RESERVED') move(known.lines, +1);
      if (known.status !== 'CANCELLED') change(known, 'RELEASED', at);
      return ['stock-released'];
    },
    'inventory.commit-stock.v1': ({ data: { reservationId } }, at) => {
      const known = reservations.get(reservationId);
      if (!['RESERVED', 'COMMITTED', 'RETURNED'].includes(known?.status)) return undefined;
      if (known.status === 'RESERVED') change(known, 'COMMITTED', at);
      return ['stock-committed'];
    },
    'inventory.return-stock.v1': ({ data: { reservationId } }, at) => {
      const known = reservations.get(reservationId);
      if (known?.status !== 'COMMITTED' && known?.status !== 'RETURNED') return undefined;
      if (known.status === 'COMMITTED') move(known.lines, +1);
      change(known, 'RETURNED', at);
      return ['stock-returned'];
    },
    'inventory.list-reservations.v1': ({ data }) => {
      if (!isListRequest(data)) return undefined;
      const all = [...reservations.values()].map(toItem);
      return ['reservations-listed', pageOf(all, ({ reservationId }) => reservationId, data)];
    },
  };

  return (command, later, at = new Date()) => {
    const { type, data } = command;
    const reservationId = data?.reservationId;
    // What does not say which reservation it is about cannot be read. Only a question is about none.
    if (!type.startsWith('inventory.list-') && typeof reservationId !== 'string') return undefined;
    const [name, more] = handlers[type]?.({ ...command, data: data ?? {} }, at) ?? [];
    return (
      name && { type: `inventory.${name}.v1`, data: { ...(reservationId && { reservationId }), ...more } }
    );
  };
}

const toItem = ({ reservationId, orderId, status, lines, madeAt, changedAt }) => ({
  reservationId,
  orderId,
  status,
  pieces: lines.reduce((pieces, { quantity }) => pieces + quantity, 0),
  madeAt: madeAt.toISOString(),
  changedAt: changedAt.toISOString(),
});

const isLine = (line) =>
  typeof line?.sku === 'string' && Number.isInteger(line.quantity) && line.quantity > 0;

function addedUp(lines) {
  const sums = new Map();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return [...sums].sort().map(([sku, quantity]) => ({ sku, quantity }));
}

const sameLines = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// node inventory.mjs amqp://user:password@host/vhost [JOURNAL]
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const answer = inventory({ 'OAK-TABLE': 1000, 'LAST-ONE': 1, 'SOLD-OUT': 0 });
  const [, , url, journalFile] = process.argv;
  await participate({ url, queue: 'inventory.commands', source: '/my-inventory', answer, journalFile });
}
