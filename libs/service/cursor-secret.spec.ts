import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { jwtEnvironment, sampleSecret } from '#libs/auth/jwt-config.js';
import { cursorEnvironment, withCursorSecret } from './cursor-secret.js';

const schema = z.object({
  NODE_ENV: z.string().default('test'),
  ...jwtEnvironment,
  ...cursorEnvironment,
});
const secretOf = (environment: NodeJS.ProcessEnv) =>
  withCursorSecret(schema.parse(environment)).CURSOR_SECRET;

const [one, other] = ['one secret that nobody is able to guess', 'another secret that nobody can guess'];

describe('what cursors are sealed with', () => {
  it('is what is set for them, or the secret of tokens', () => {
    expect(secretOf({ JWT_SECRET: one, CURSOR_SECRET: other })).toBe(other);
    expect(secretOf({ JWT_SECRET: one })).toBe(one);
  });

  it('is nothing else: without a secret there is no start', () => {
    const publicKeys = { JWT_JWKS_URL: 'https://keys.example' };
    expect(() => secretOf(publicKeys)).toThrow('CURSOR_SECRET is needed');
    expect(secretOf({ ...publicKeys, CURSOR_SECRET: one })).toBe(one);
  });

  it('cannot be guessed', () => {
    expect(() => secretOf({ CURSOR_SECRET: 'short' })).toThrow('CURSOR_SECRET');
    expect(() => secretOf({ JWT_SECRET: 'short' })).toThrow('JWT_SECRET has to have at least 32 bytes');
    expect(secretOf({ CURSOR_SECRET: sampleSecret })).toBe(sampleSecret);
    const production = { NODE_ENV: 'production', CURSOR_SECRET: sampleSecret };
    expect(() => secretOf(production)).toThrow('CURSOR_SECRET is the sample that everybody knows');
    for (const second of [
      { CURSOR_SECRET: one, CURSOR_SECRET_SECOND: sampleSecret },
      { JWT_SECRET: one, JWT_SECRET_SECOND: sampleSecret },
    ]) {
      expect(() => secretOf({ NODE_ENV: 'production', ...second })).toThrow(
        'the sample that everybody knows',
      );
    }
    expect(() => secretOf({ JWT_SECRET: one, JWT_SECRET_SECOND: 'short' })).toThrow('at least 32 bytes');
  });
});
