import type { MessageType } from '../message-type.js';

/** Sentences that several documents say: what is told twice by hand differs one day. */

export const effectsHangOn =
  'Effects hang on the `reservationId` or `paymentId`, which the asking side chooses. A command may come again, with the same ' +
  'message id or with a new one, now or in a week: it has its effect once, and gets its answer each time.';

/** Where answers go: under each routing key, by what they answer. */
export function answerPlaces(messages: readonly MessageType[]): string {
  const replies = messages.filter(({ kind }) => kind === 'reply');
  const places = new Map(replies.map(({ exchange, routingKey }) => [routingKey, exchange.name]));
  return [...places]
    .map(([routingKey, exchange]) => {
      const here = replies.filter((reply) => reply.routingKey === routingKey);
      const commands = new Set(
        here.flatMap(({ answers = [] }) => answers.map(({ type }) => plainName(type))),
      );
      return `to \`${exchange}\` with routing key \`${routingKey}\`: answers to ${inCode([...commands])}`;
    })
    .join('; ');
}

/** `inventory.reserve-stock.v1` -> `reserve-stock`. */
const plainName = (type: string): string => type.split('.')[1] ?? type;

const inCode = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
