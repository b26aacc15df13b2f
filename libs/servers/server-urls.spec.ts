import { describe, expect, it } from '@jest/globals';
import { refuseUnknownParameters, serverUrls } from './server-urls.js';

const hrefs = (text: string): string[] => serverUrls(text).map(({ href }) => href);

describe('the servers of a URL', () => {
  it('are one, or as many as there are commas between hosts', () => {
    expect(hrefs('mysql://u:p@a:3306/orders')).toEqual(['mysql://u:p@a:3306/orders']);
    expect(hrefs('amqps://u:p@a:5671,b,[::1]:5673/shop?heartbeat=5')).toEqual([
      'amqps://u:p@a:5671/shop?heartbeat=5',
      'amqps://u:p@b/shop?heartbeat=5',
      'amqps://u:p@[::1]:5673/shop?heartbeat=5',
    ]);
  });

  it('are not found in a password', () => {
    expect(hrefs('mysql://u:p,q@r@a,b/orders')).toEqual([
      'mysql://u:p,q%40r@a/orders',
      'mysql://u:p,q%40r@b/orders',
    ]);
  });

  it.each(['mysql', 'mysql://', 'mysql://u:secret@a,/orders', 'mysql://u:secret@a:port/orders', ''])(
    'are refused in %j, without repeating the password',
    (text) => {
      expect(() => serverUrls(text)).toThrow(/^(?!.*secret)/);
    },
  );
});

describe('parameters of a URL', () => {
  it('are refused when nobody reads them', () => {
    const [url] = serverUrls('mysql://a/orders?sslmode=require&ssl-mode=REQUIRED');
    expect(() => refuseUnknownParameters(url, ['ssl-mode'])).toThrow(/: sslmode$/);
    expect(() => refuseUnknownParameters(url, ['ssl-mode', 'sslmode'])).not.toThrow();
  });
});
