import { describe, expect, it } from '@jest/globals';
import { shownData } from './shown-data.js';

describe('data of sagas and messages, as they are shown', () => {
  it('keeps ids, goods, amounts and states', () => {
    const data = {
      orderId: '01997000-0000-7000-8000-000000000001',
      lines: [{ sku: 'OAK-TABLE', quantity: 2 }],
      total: { amount: '59.98', currency: 'USD' },
      payment: { method: 'card', token: null },
      paymentStatus: 'PENDING',
    };
    expect(shownData(data)).toEqual(data);
  });

  it('hides all else, whatever it is called and however deep it is', () => {
    const data = {
      payment: { method: 'card', token: 'tok_planted' },
      shippingAddress: { street: '1 Planted St', city: 'Plantedville' },
      notes: ['planted', { planted: 'planted' }],
      of: 'planted',
      plantedNumber: 4111,
    };
    expect(shownData(data)).toEqual({
      payment: { method: 'card', token: '[not shown]' },
      shippingAddress: { street: '[not shown]', city: '[not shown]' },
      notes: ['[not shown]', { planted: '[not shown]' }],
      of: '[not shown]',
      plantedNumber: '[not shown]',
    });
    expect(JSON.stringify(shownData(data))).not.toMatch(/Plantedville|tok_|4111/);
  });

  it('takes out what looks like a token where none belongs', () => {
    expect(shownData({ reason: 'paid with tok_planted' })).toEqual({ reason: 'paid with [payment token]' });
  });

  it('does not follow arrays in arrays for ever', () => {
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    expect(JSON.stringify(shownData(deep))).toMatch(/^\[{20}"\[not shown\]"\]{20}$/);
  });

  it.each([['a text'], [7], [true], [['a', 'b']]])('shows nothing of data that is just %p', (data) => {
    expect(JSON.stringify(shownData(data))).toMatch(/^\[?("\[not shown\]",?)+\]?$/);
  });
});
