import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { requestErrorsOf } from '#libs/http/request-errors.js';
import { cancelOrderBody } from '../commands/cancel-order/cancel-order.dto.js';
import { changeOrderStatusBody } from '../commands/change-order-status/change-order-status.dto.js';
import { placeOrderBody } from '../commands/place-order/place-order.dto.js';
import { actOnManyBody } from '../operations/parked-messages/act/act-on-many.dto.js';
import { parkedMessageActionBody } from '../operations/parked-messages/act/act-on-parked-message.dto.js';
import { rejectBody } from '../operations/proposals/settle-proposal.dto.js';
import { startBody } from '../operations/reconciliation/run/reconciliation.dto.js';
import { sagaActionBody } from '../operations/sagas/act/act-on-saga.dto.js';

const card = '4111 1111 1111 1111';
const address = { street: '123 Main St', city: 'Boston', zipCode: '02108' };
const item = { productId: '4006381333931', quantity: 1 };
const order = { items: [item], shippingAddress: address };

const errorsOf = (schema: z.ZodType, body: unknown) =>
  requestErrorsOf(schema.safeParse(body).error?.issues ?? [], body, 'body');

const inOrders: [string, object][] = [
  ['/payment/token', { payment: { token: '4111111111111111' } }],
  ['/payment/token', { payment: { token: 'tok_4111111111111111' } }],
  ['/note', { note: `charge ${card}\nplease` }],
  ['/attributes/gift', { attributes: { gift: card } }],
  ['/attributes/[card number]', { attributes: { [card]: 'gift' } }],
  ['/items/0/attributes/wood', { items: [{ ...item, attributes: { wood: card } }] }],
  ...['name', 'street', 'city', 'state', 'country', 'zipCode'].map((field): [string, object] => [
    `/shippingAddress/${field}`,
    { shippingAddress: { ...address, [field]: card } },
  ]),
  ['/[card number]', { [card]: 1 }],
];

const elsewhere: [string, z.ZodType, object][] = [
  ['a cancellation', cancelOrderBody, { reason: card }],
  ['a carrier', changeOrderStatusBody, { status: 'SHIPPED', trackingNumber: '1', carrier: card }],
  ['an action on a saga', sagaActionBody, { reason: card }],
  ['an action on a parked message', parkedMessageActionBody, { reason: card }],
  ['an action on many', actOnManyBody, { reason: card, filter: {} }],
  ['a rejected proposal', rejectBody, { reason: card }],
  ['a reconciliation', startBody, { reason: card }],
];

describe('What looks like a card number', () => {
  it.each(inOrders)('is refused at %s of an order, and not repeated', (pointer, fields) => {
    const errors = errorsOf(placeOrderBody, { ...order, ...fields });
    expect(errors).toMatchObject([{ pointer }]);
    expect(JSON.stringify(errors)).not.toContain('1111');
  });

  it.each(elsewhere)('is refused in %s', (_, schema, body) => {
    const errors = errorsOf(schema, body);
    expect(errors.map(({ detail }) => detail)).toContain('must not contain what looks like a card number');
    expect(JSON.stringify(errors)).not.toContain('1111');
  });

  it('is let through in references, which machines give out', () => {
    const references = { orderId: '4111111111111111', items: [{ ...item, productId: '4222222222222' }] };
    expect(errorsOf(placeOrderBody, { ...order, ...references })).toEqual([]);
    const parcel = { status: 'SHIPPED', trackingNumber: '4111111111111111' };
    expect(errorsOf(changeOrderStatusBody, parcel)).toEqual([]);
  });
});
