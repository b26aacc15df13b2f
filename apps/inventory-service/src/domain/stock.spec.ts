import { describe, expect, it } from '@jest/globals';
import { Defect, Refusal } from '#libs/kernel/errors.js';
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
    ['held than are available', hold, 6],
    ['let go than are held', letGo, 4],
    ['sold than are held', sell, 4],
    ['taken back than were sold', takeBack, 3],
  ])('never has more pieces %s', (_, move, quantity) => {
    expect(() => move(stock, quantity)).toThrow(Defect);
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
      expect(() => adjust(stock, -6)).toThrow(expect.objectContaining({ code: 'stock-too-low' }));
    });

    it('refuses more pieces than can be counted', () => {
      expect(adjust(emptyStock('TABLE'), maxPieces).available).toBe(maxPieces);
      expect(() => adjust(stock, maxPieces)).toThrow(Refusal);
    });
  });
});
