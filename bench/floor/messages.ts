import { bytesOf, newId, textOf } from './ids.js';

/** An envelope as wide as the services' own (libs/messaging/envelope/envelope.ts), without a check of its schema. */
export interface Envelope {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly sagaid?: string;
  readonly commandid?: string;
  readonly data: any;
}

export interface Outgoing {
  readonly id: Buffer;
  readonly subject: string;
  readonly type: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: string;
}

export interface Address {
  readonly type: string;
  readonly exchange: string;
  readonly routingKey: string;
}

const command = (owner: string, name: string): Address => ({
  type: `${owner}.${name}.v1`,
  exchange: 'saga.commands',
  routingKey: `${owner}.commands`,
});
const reply = (owner: string, name: string): Address => ({
  type: `${owner}.${name}.v1`,
  exchange: 'saga.replies',
  routingKey: 'order-service.replies',
});
const event = (name: string): Address => ({
  type: `order.${name}.v1`,
  exchange: 'orders.events',
  routingKey: `order.${name}`,
});

export const types = {
  reserveStock: command('inventory', 'reserve-stock'),
  commitStock: command('inventory', 'commit-stock'),
  takePayment: command('payment', 'take-payment'),
  stockReserved: reply('inventory', 'stock-reserved'),
  stockCommitted: reply('inventory', 'stock-committed'),
  paymentTaken: reply('payment', 'payment-taken'),
  orderPlaced: event('placed'),
  orderConfirmed: event('confirmed'),
} as const;

export function messageOf(
  address: Address,
  source: string,
  subject: string,
  data: unknown,
  saga: { sagaid?: string; commandid?: string; causationid?: string } = {},
): Outgoing {
  const id = newId();
  const body = JSON.stringify({
    specversion: '1.0',
    id: textOf(id),
    type: address.type,
    source,
    subject,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: `/schemas/${address.type}.json`,
    ...saga,
    data,
  });
  return { id, subject, ...address, body };
}

export const answerTo = (command: Envelope, address: Address, source: string, data: unknown): Outgoing =>
  messageOf(address, source, command.subject, data, {
    sagaid: command.sagaid,
    commandid: command.commandid,
    causationid: command.id,
  });

export const idOf = (message: Envelope): Buffer => bytesOf(message.id);
