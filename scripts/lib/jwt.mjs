import { createHmac } from 'node:crypto';

/**
 * A JWT (HS256) as the order service accepts it. On node:crypto alone, so that it works before anything is installed.
 *
 * @param {{ subject: string, roles: readonly string[], secret: string, issuer?: string, audience?: string, seconds?: number }} claims
 */
export function signToken({
  subject,
  roles,
  secret,
  issuer = 'order-service',
  audience = 'order-service',
  seconds = 86_400,
}) {
  const now = Math.floor(Date.now() / 1000);
  const header = encode({ alg: 'HS256', typ: 'JWT' });
  const payload = encode({ iss: issuer, aud: audience, sub: subject, roles, iat: now, exp: now + seconds });
  const signature = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
  return `${header}.${payload}.${signature}`;
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
