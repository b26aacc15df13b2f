import { expect, it } from '@jest/globals';
import type { JsonObject } from '#libs/kernel/json.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import type { ParkedMessageRow } from '../parked-message.row.js';
import { editedBody } from './edited-body.js';

const id = '01990000-0000-7000-8000-000000000001';
const data = (token: string) => ({
  paymentId: '01990000-0000-7000-8000-000000000002',
  customerId: 'cust-1',
  amount: { amount: '113.08', currency: 'USD' },
  method: 'card',
  token,
});
const message = (token: string) => ({
  specversion: '1.0',
  id,
  type: 'payment.take-payment.v1',
  source: '/order-service',
  subject: id,
  time: '2026-03-14T09:26:53.602Z',
  datacontenttype: 'application/json',
  dataschema: '/schemas/payment.take-payment.v1.json',
  data: data(token),
});

const edit = (tokenBefore: string, after: JsonObject) => {
  const original = Buffer.from(JSON.stringify(message(tokenBefore)));
  const row = { id, messageId: id, sizeBytes: original.length } as ParkedMessageRow;
  return editedBody({ get: () => ({ original, edited: null }) } as unknown as WorkingSet, row, after);
};

const card = '4111111111111111';

it('brings no card number into a message, and the refusal does not repeat it', () => {
  expect(() => edit('tok_ok', data(card))).toThrow(
    expect.objectContaining({
      code: 'invalid-message-data',
      particulars: {
        type: 'payment.take-payment.v1',
        issues: [{ pointer: '/data/token', detail: 'must not contain what looks like a card number' }],
      },
    }),
  );
});

it('may change other data of a message that came with one', () => {
  expect(edit(card, { ...data(card), customerId: 'cust-2' }).after).toMatchObject({
    data: { customerId: 'cust-2', token: card },
  });
});
