import { pathToFileURL } from 'node:url';
import { isExpired, participate } from './participant.mjs';

/** The rules of reservations: each command has an answer in every state, and takes effect in one of them only. */
export function inventory(stock) {
  const available = new Map(Object.entries(stock));
  const reservations = new Map();

  const move = (lines, sign) => {
    for (const { sku, quantity } of lines) available.set(sku, available.get(sku) + sign * quantity);
  };

  const handlers = {
    'inventory.reserve-stock.v1': ({ reservationId, lines }, isLate) => {
      if (!Array.isArray(lines) || lines.length === 0 || !lines.every(isLine)) return undefined;
      const wanted = addedUp(lines);
      const known = reservations.get(reservationId);
      if (known?.status === 'RELEASED') return ['reservation-cancelled'];
      if (known) return sameLines(known.lines, wanted) ? known.answer : undefined;
      if (isLate) {
        // Not begun, and remembered: another sending of it that comes in time must find this.
        reservations.set(reservationId, { status: 'RELEASED' });
        return ['reservation-cancelled'];
      }
      const shortages = wanted
        .map(({ sku, quantity }) => ({ sku, requested: quantity, available: available.get(sku) ?? 0 }))
        .filter((line) => line.requested > line.available);
      const isShort = shortages.length > 0;
      if (!isShort) move(wanted, -1);
      const answer = isShort ? ['stock-short', { shortages }] : ['stock-reserved'];
      reservations.set(reservationId, { status: isShort ? 'SHORT' : 'HELD', lines: wanted, answer });
      return answer;
    },
    'inventory.release-stock.v1': ({ reservationId }) => {
      const known = reservations.get(reservationId);
      if (known?.status === 'SOLD' || known?.status === 'RETURNED') return undefined;
      if (known?.status === 'HELD') move(known.lines, +1);
      // Also where there is nothing to undo: a reserve-stock that comes later must find this.
      reservations.set(reservationId, { ...known, status: 'RELEASED' });
      return ['stock-released'];
    },
    'inventory.commit-stock.v1': ({ reservationId }) => {
      const known = reservations.get(reservationId);
      if (known?.status !== 'HELD' && known?.status !== 'SOLD' && known?.status !== 'RETURNED')
        return undefined;
      if (known.status === 'HELD') known.status = 'SOLD';
      return ['stock-committed'];
    },
    'inventory.return-stock.v1': ({ reservationId }) => {
      const known = reservations.get(reservationId);
      if (known?.status !== 'SOLD' && known?.status !== 'RETURNED') return undefined;
      if (known.status === 'SOLD') move(known.lines, +1);
      known.status = 'RETURNED';
      return ['stock-returned'];
    },
  };

  return (command) => {
    const { type, data } = command;
    const [name, more] = handlers[type]?.(data ?? {}, isExpired(command)) ?? [];
    return name && { type: `inventory.${name}.v1`, data: { reservationId: data.reservationId, ...more } };
  };
}

const isLine = (line) =>
  typeof line?.sku === 'string' && Number.isInteger(line.quantity) && line.quantity > 0;

function addedUp(lines) {
  const sums = new Map();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return [...sums].sort().map(([sku, quantity]) => ({ sku, quantity }));
}

const sameLines = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// node inventory.mjs amqp://user:password@host/vhost
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const answer = inventory({ 'OAK-TABLE': 1000, 'LAST-ONE': 1, 'SOLD-OUT': 0 });
  await participate({ url: process.argv[2], queue: 'inventory.commands', source: '/my-inventory', answer });
}
