import { describe, expect, it } from '@jest/globals';
import { matches } from './topic.js';

describe('A routing key', () => {
  it.each([
    ['order.#', 'order.placed', true],
    ['order.#', 'order', true],
    ['order.#', 'order.placed.cust-1', true],
    ['order.#', 'orders.placed', false],
    ['order.*', 'order.placed', true],
    ['order.*', 'order.placed.cust-1', false],
    ['product.changed', 'product.changed', true],
    ['product.changed', 'product-changed', false],
    ['#.placed', 'order.placed', true],
    ['#', 'anything.at.all', true],
  ])('of the pattern %s: %s, %s', (pattern, key, expected) => {
    expect(matches(pattern, key)).toBe(expected);
  });
});
