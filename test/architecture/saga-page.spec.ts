import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { sagaDiagram } from '#libs/saga/diagram.js';
import { placeOrderSaga } from '../../apps/order-service/src/place-order-saga/place-order.saga.js';

const page = readFileSync(new URL('../../docs/sagas/place-order.md', import.meta.url), 'utf8');

describe('docs/sagas/place-order.md', () => {
  it('shows the saga as it is (otherwise: npm run generate)', () => {
    expect(page).toContain(sagaDiagram(placeOrderSaga));
  });
});
