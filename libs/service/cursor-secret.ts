import { z } from 'zod';
import { sampleSecret, type JwtEnvironment } from '#libs/auth/jwt-config.js';

/** What of the environment concerns cursors; for the config.ts of a service that has lists. */
export const cursorEnvironment = {
  CURSOR_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe('Signs the cursors of lists; the same for all instances. Default: JWT_SECRET.'),
  CURSOR_SECRET_SECOND: z
    .string()
    .min(32)
    .optional()
    .describe(
      'Cursors signed by it are good, too, while CURSOR_SECRET is being replaced. Default: JWT_SECRET_SECOND, as above.',
    ),
};

type CursorEnvironment = z.output<z.ZodObject<typeof cursorEnvironment>> &
  Pick<JwtEnvironment, 'JWT_SECRET' | 'JWT_SECRET_SECOND'> & { readonly NODE_ENV: string };

/**
 * Adds what cursors are sealed with. Whoever has a cursor may guess at its key for as long as they like, so that only a
 * secret that cannot be guessed will do: a database URL, of which all but the password is known, is none.
 * @throws Error when there is none, or in production when everybody knows it.
 */
export function withCursorSecret<Given extends CursorEnvironment>(
  given: Given,
): Given & { readonly CURSOR_SECRET: string; readonly CURSOR_SECRET_SECOND: string | undefined } {
  const secret = given.CURSOR_SECRET ?? given.JWT_SECRET;
  if (secret === undefined) throw new Error('CURSOR_SECRET is needed where there is no JWT_SECRET');
  // One that comes from JWT_SECRET is replaced with it.
  const second = given.CURSOR_SECRET_SECOND ?? (given.CURSOR_SECRET ? undefined : given.JWT_SECRET_SECOND);
  for (const [text, suffix] of [
    [secret, ''],
    [second ?? secret, '_SECOND'],
  ] as const) {
    if (Buffer.byteLength(text) < 32) throw new Error(`JWT_SECRET${suffix} has to have at least 32 bytes`);
    if (given.NODE_ENV === 'production' && text === sampleSecret) {
      throw new Error(`CURSOR_SECRET${suffix} is the sample that everybody knows`);
    }
  }
  return { ...given, CURSOR_SECRET: secret, CURSOR_SECRET_SECOND: second };
}
