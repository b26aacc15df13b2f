import { describe, expect, it } from '@jest/globals';
import { toDocument } from '../../persistence/order-document.js';
import { anOrder, aRequest } from '../../testing/an-order.js';
import { requestEntries } from './request-entries.js';

const entriesOf = (...requests: Parameters<typeof aRequest>[]) =>
  requestEntries(toDocument(anOrder({ requests: requests.map((request) => aRequest(...request)) })));

describe('what people asked of an order', () => {
  it('is told in a sentence, in their own words where they gave some', () => {
    const entries = entriesOf(['PREPARING', { by: 'operator' }], ['CANCELLED', { note: 'ordered twice' }]);
    expect(entries.map(({ kind, text }) => [kind, text])).toEqual([
      ['requested', 'An operator set the order to PREPARING.'],
      ['requested', 'The customer asked to cancel the order: ordered twice'],
    ]);
  });

  it('is nothing for an order of before it was kept', () => {
    const { requests: _, ...document } = toDocument(anOrder());
    expect(requestEntries(document)).toEqual([]);
  });
});
