import { describe, expect, it } from '@jest/globals';
import { Defect } from './errors.js';
import { bytesToId, derivedId, idOf, idToBytes, isId, newId } from './ids.js';

const id = '01234567-89ab-7def-8123-456789abcdef';
const bytes = Buffer.from('0123456789ab7def8123456789abcdef', 'hex');

describe('an id', () => {
  it('is told from other texts', () => {
    expect([id, id.toUpperCase(), newId()].every(isId)).toBe(true);
    expect(['', 'x', id.slice(1), `${id}0`, id.replaceAll('-', '')].some(isId)).toBe(false);
  });

  it('is 16 bytes, there and back', () => {
    expect(idToBytes(id)).toEqual(bytes);
    expect(idToBytes(id.toUpperCase())).toEqual(bytes);
    expect(bytesToId(bytes)).toBe(id);
  });

  it.each(['', 'order', id.slice(1), `0${id}`, `${id}0`, id.replaceAll('-', ''), `${id}\n`])(
    'has no bytes where it is none: %j',
    (text) => {
      expect(() => idToBytes(text)).toThrow(new Defect(`not an id: ${JSON.stringify(text)}`));
    },
  );

  it('is not repeated at length where it is none', () => {
    expect(() => idToBytes('x'.repeat(100))).toThrow(new Defect(`not an id: "${'x'.repeat(79)}`));
  });

  it.each([0, 15, 17])('is not made of %i bytes', (length) => {
    expect(() => bytesToId(Buffer.alloc(length))).toThrow(new Defect(`not the bytes of an id: ${length}`));
  });

  it('of a moment is the same for the same bits, and begins with the time', () => {
    const bits = Buffer.alloc(16, 7);
    expect(idOf(0x0123456789ab, bits)).toMatch(/^01234567-89ab-7/);
    expect(idOf(5, bits)).toBe(idOf(5, bits));
    expect(idOf(5, bits)).not.toBe(idOf(5, Buffer.alloc(16, 8)));
    expect(idOf(5, bits)).not.toBe(idOf(6, bits));
  });

  it('that is derived is the same for the same name under the same id', () => {
    expect(derivedId(id, 'payment')).toBe(derivedId(id, 'payment'));
    expect(derivedId(id, 'payment')).not.toBe(derivedId(id, 'reservation'));
    expect(derivedId(id, 'payment')).not.toBe(derivedId(newId(), 'payment'));
    expect(isId(derivedId(id, 'payment'))).toBe(true);
  });
});
