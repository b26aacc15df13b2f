import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { operatorRequest } from './operator-request.js';

const body = z.strictObject(operatorRequest);

describe('the body of an action', () => {
  it('has a reason, and is meant unless it says that it is a preview', () => {
    expect(body.parse({ reason: ' the provider is back ' })).toEqual({
      reason: 'the provider is back',
      preview: false,
    });
  });

  it.each([
    {},
    { reason: '' },
    { reason: '   ' },
    { reason: 'x'.repeat(501) },
    { reason: 'a\u0000b' },
    { reason: 7 },
  ])('may not be %p', (bad) => {
    expect(body.safeParse(bad).success).toBe(false);
  });

  it('passes no pasted token on', () => {
    expect(body.parse({ reason: 'paid with tok_secret' }).reason).toBe('paid with [payment token]');
  });
});
