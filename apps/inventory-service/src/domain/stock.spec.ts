import { describe, expect, it } from '@jest/globals';
import {
  adjust,
  emptyStock,
  hold,
  isSoldOut,
  letGo,
  maxPieces,
  sell,
  takeBack,
  type Stock,
} from './stock.js';

const stock: Stock = { sku: 'TABLE', available: 5, reserved: 3, sold: 2, version: 7 };

const refusal = (code: string, message: string, particulars: object) =>
  expect.objectContaining({ name: 'Refusal', code, message, particulars });

describe('Stock', () => {
  it.each([
    ['held', hold, { available: 3, reserved: 5, sold: 2 }],
    ['let go', letGo, { available: 7, reserved: 1, sold: 2 }],
    ['sold', sell, { available: 5, reserved: 1, sold: 4 }],
    ['taken back', takeBack, { available: 7, reserved: 3, sold: 0 }],
  ])('%s: two pieces move, none appear or vanish, the version counts on', (_, move, places) => {
    expect(move(stock, 2)).toEqual({ sku: 'TABLE', ...places, version: 8 });
  });

  it.each([
    ['held than are available', hold, 5],
    ['let go than are held', letGo, 3],
    ['sold than are held', sell, 3],
    ['taken back than were sold', takeBack, 2],
  ])('never has more pieces %s', (_, move, most) => {
    expect(move(stock, most).version).toBe(8);
    const message = expect.stringMatching(/^stock of TABLE would become negative: .*:-1\D/);
    expect(() => move(stock, most + 1)).toThrow(expect.objectContaining({ name: 'Defect', message }));
  });

  it('is sold out when nothing is available, whatever is held', () => {
    expect(isSoldOut(hold(stock, 5))).toBe(true);
    expect(isSoldOut(stock)).toBe(false);
  });

  describe('when adjusted', () => {
    it('grows and shrinks by what was counted', () => {
      expect(adjust(stock, 10)).toMatchObject({ available: 15, reserved: 3, sold: 2, version: 8 });
      expect(adjust(stock, -5)).toMatchObject({ available: 0, reserved: 3, sold: 2, version: 8 });
    });

    it('refuses to take what is held or sold', () => {
      expect(() => adjust(stock, -6)).toThrow(
        refusal('stock-too-low', 'TABLE: only 5 are available', { sku: 'TABLE', available: 5 }),
      );
    });

    it('refuses more pieces than can be counted, over all three places', () => {
      expect(adjust(emptyStock('TABLE'), maxPieces).available).toBe(maxPieces);
      expect(adjust(stock, maxPieces - 10).available).toBe(maxPieces - 5);
      expect(() => adjust(stock, maxPieces - 9)).toThrow(
        refusal('stock-too-large', 'TABLE: at most 2000000000 in all', { sku: 'TABLE' }),
      );
    });
  });
});
