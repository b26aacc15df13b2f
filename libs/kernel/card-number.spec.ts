import { describe, expect, it } from '@jest/globals';
import { hasCardNumber, withoutCardNumbers } from './card-number.js';

describe('What looks like a card number', () => {
  it.each([
    ['in one piece', '4111111111111111'],
    ['in groups with blanks', '4111 1111 1111 1111'],
    ['in groups with dashes', '3782-822463-10005'],
    ['with dashes that an editor made long', '4111–1111—1111‑1111'],
    ['with blanks that do not break', '4111\u00a01111\u00a01111\u00a01111'],
    ['digit by digit', '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1'],
    ['of 13 digits', '4222222222222'],
    ['of 19 digits', '6304000000000000000'],
    ['after letters', 'tok_4242424242424242'],
    ['before its expiry date', 'visa 4111 1111 1111 1111 12/29 123'],
    ['before more digits', 'visa 4111 1111 1111 1111 1229'],
    ['after more digits', 'house 17 4111 1111 1111 1111'],
    ['over lines', '4111 1111\n1111 1111'],
    ['in fullwidth digits', '４１１１１１１１１１１１１１１１'],
  ])('is one %s', (_, text) => {
    expect(hasCardNumber(text)).toBe(true);
  });

  it.each([
    ['whose check digit is another', '4111111111111112'],
    ['of 12 digits', '411111111116'],
    ['of 20 digits', '41111111111111111111'],
    ['that is a time in milliseconds', 'at 1760000000000'],
    ['in a row of sizes', 'sizes 38 39 40 41 42 43 44 45 46 47 48 49'],
    ['with other things between', '4111 1111 and 1111 1111'],
    ['that is an id', '41111111-1111-4111-8111-111111111111'],
    ['in the digits of an id', 'proposed: 01a21a8c-d21e-71b0-ae2c-b9b1f197f7da'],
    ['in the end of an id', '01a21a8e-9bca-74e0-8895-661329f34478'],
    ['in an address', '123 Main St, Boston 02108-1234, +1 617 555 0100'],
  ])('is no number %s', (_, text) => {
    expect(hasCardNumber(text)).toBe(false);
  });

  it('is left out, and nothing else is', () => {
    expect(withoutCardNumbers('a 4111 1111 1111 1111 12, b 4222222222222.')).toBe(
      'a [card number] 12, b [card number].',
    );
  });

  it('is looked for in a long text in bounded time', () => {
    const started = performance.now();
    withoutCardNumbers(`${'1 '.repeat(500)}${'1'.repeat(500)}${' '.repeat(500)}`.repeat(10));
    // Milliseconds; on a busy machine, many of them. What looks again from every place takes minutes.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
