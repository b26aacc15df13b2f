import { describe, expect, it } from '@jest/globals';
import { bytesToId, idToBytes, newId } from '#libs/kernel/ids.js';
import { firstIdAt } from './inbox-pruning.js';

describe('The first id of a millisecond', () => {
  it('begins with the time', () => {
    expect(bytesToId(firstIdAt(new Date(0x018bcfe56800)))).toBe('018bcfe5-6800-7000-8000-000000000000');
  });

  it('is below the ids made in it, and above those made before', () => {
    const before = Date.now();
    const id = idToBytes(newId());
    const after = Date.now();
    expect(Buffer.compare(firstIdAt(new Date(before)), id)).toBe(-1);
    expect(Buffer.compare(firstIdAt(new Date(after + 1)), id)).toBe(1);
  });
});
