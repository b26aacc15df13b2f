import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The key that tokens are signed with: the one that is set, or one of this copy's own, made at the first start.
 *
 * @param {string} directory
 * @param {Record<string, string>} settings
 */
export function jwtSecret(directory, settings) {
  if (settings.JWT_SECRET) return settings.JWT_SECRET;
  const file = path.join(directory, 'jwt-secret');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    const secret = randomBytes(48).toString('base64url');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    return secret;
  }
}
