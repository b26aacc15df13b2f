import { describe, expect, it } from '@jest/globals';
import { bearerToken } from './bearer-token.js';

describe('the Authorization header', () => {
  it('carries a bearer token, in any case of the scheme', () => {
    expect(bearerToken('Bearer a.b.c')).toBe('a.b.c');
    expect(bearerToken('bearer  a.b.c')).toBe('a.b.c');
  });

  it.each([
    undefined,
    '',
    'a.b.c',
    'Bearer',
    'Bearer ',
    'Bearer a.b',
    'Bearer a.b.c.d',
    'Bearer a.b.',
    'Basic a.b.c',
    'Bearer a.b.c d.e.f',
    'Bearer a.b.c, Bearer d.e.f',
    ' Bearer a.b.c',
    'Bearer\ta.b.c',
    'Bearer a.b.c\n',
    `Bearer a.b.${'c'.repeat(9000)}`,
  ])('carries none in %p', (header) => {
    expect(bearerToken(header)).toBeNull();
  });
});
