import { describe, expect, it } from '@jest/globals';
import { isExpired } from './envelope.js';

const command = { expirytime: '2026-01-01T00:01:25.000Z' };

describe('a command', () => {
  it.each([
    ['before its expiry', '2026-01-01T00:01:24.999Z', false],
    ['at its expiry', '2026-01-01T00:01:25.000Z', true],
    ['after it', '2027-01-01T00:00:00.000Z', true],
  ])('%s (%s): expired %s', (_, now, expired) => {
    expect(isExpired(command, new Date(now))).toBe(expired);
  });

  it('without one never expires', () => {
    expect(isExpired({}, new Date('9999-01-01'))).toBe(false);
  });
});
