import { createHmac, sign, type KeyObject } from 'node:crypto';

type Json = Readonly<Record<string, unknown>>;

export const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes tokens that no decent library would make; that is what they are for. */
export function forge(header: unknown, claims: unknown, key: string | Buffer | KeyObject | null): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${signatureOf(signed, key)}`;
}

function signatureOf(signed: string, key: string | Buffer | KeyObject | null): string {
  if (key === null) return '';
  if (typeof key === 'string' || Buffer.isBuffer(key)) {
    return createHmac('sha256', key).update(signed).digest('base64url');
  }
  return sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

export const secret = 'a secret of more than thirty-two bytes';

export const claims = (nowSeconds: number, other: Json = {}): Json => ({
  iss: 'order-service',
  aud: 'order-service',
  sub: 'cust-1',
  roles: ['customer'],
  iat: nowSeconds,
  exp: nowSeconds + 3600,
  ...other,
});
