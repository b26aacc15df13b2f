import { createHmac } from 'node:crypto';

export interface TokenClaims {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly secret: string;
}

/** A JWT as the storefront's identity provider would make it (HS256, one hour). */
export function signToken({ subject, roles, secret }: TokenClaims): string {
  const now = Math.floor(Date.now() / 1000);
  const header = encode({ alg: 'HS256', typ: 'JWT' });
  const payload = encode({
    iss: 'order-service',
    aud: 'order-service',
    sub: subject,
    roles,
    iat: now,
    exp: now + 3600,
  });
  const signature = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
  return `${header}.${payload}.${signature}`;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
