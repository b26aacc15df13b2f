import { describe, expect, it } from '@jest/globals';
import { readDatabaseUrl } from './database-url.js';

const withParameters = (parameters: string) => readDatabaseUrl(`mysql://u:secret@db/orders?${parameters}`);

describe('the URL of a database', () => {
  it('names one server or several, and a database', () => {
    expect(readDatabaseUrl('mysql://us%40er:p%2Fw@a:3307,[::1]/orders')).toMatchObject({
      servers: [
        { host: 'a', port: 3307 },
        { host: '::1', port: 3306 },
      ],
      username: 'us@er',
      password: 'p/w',
      database: 'orders',
      protection: 'plain',
    });
  });

  it.each([
    ['', 'DISABLED', 'plain'],
    ['ssl-mode=DISABLED', 'DISABLED', 'plain'],
    ['ssl-mode=PREFERRED', 'PREFERRED', 'plain'],
    ['ssl-mode=REQUIRED', 'REQUIRED', 'encrypted'],
    ['ssl-mode=VERIFY_CA&ssl-ca=/ca.pem', 'VERIFY_CA', 'verified'],
    ['ssl-ca=/ca.pem', 'VERIFY_CA', 'verified'],
    ['ssl-mode=VERIFY_IDENTITY', 'VERIFY_IDENTITY', 'verified'],
    ['ssl-mode=VERIFY_IDENTITY&ssl-ca=/ca.pem&ssl-cert=/c.pem&ssl-key=/k.pem', 'VERIFY_IDENTITY', 'verified'],
    ['ssl=true', 'VERIFY_IDENTITY', 'verified'],
    ['ssl=false', 'DISABLED', 'plain'],
  ])('with %j is %s: %s', (parameters, mode, protection) => {
    expect(withParameters(parameters)).toMatchObject({ tls: { mode }, protection });
  });

  it.each([
    ['sslmode=require', /sslmode/],
    ['ssl_mode=VERIFY_CA', /ssl_mode/],
    ['ssl-mode=verify_ca', /other than/],
    ['ssl-mode=', /other than/],
    ['ssl=yes', /other than/],
    ['ssl=true&ssl-mode=REQUIRED', /both/],
    ['ssl-mode=VERIFY_CA', /needs an ssl-ca/],
    ['ssl-mode=REQUIRED&ssl-ca=/ca.pem', /checks nothing/],
    ['ssl-mode=DISABLED&ssl-cert=/c&ssl-key=/k', /disabled/],
    ['ssl-mode=REQUIRED&ssl-cert=/c', /go together/],
  ])('is refused with %j', (parameters, why) => {
    expect(() => withParameters(parameters)).toThrow(why);
    expect(() => withParameters(parameters)).not.toThrow(/secret/);
  });

  it.each([
    ['http://db/orders', /mysql:/],
    ['mysql://db', /no database/],
    ['mysql://db,/orders', /no server/],
  ])('is refused: %s', (text, why) => {
    expect(() => readDatabaseUrl(text)).toThrow(why);
  });
});
