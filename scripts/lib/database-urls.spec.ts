import { describe, expect, it } from '@jest/globals';
import { databaseUrls } from './database-urls.mjs';

describe('the URL of each service database', () => {
  it('is on the server that is named, under the usual names', () => {
    expect(databaseUrls('mysql://root:p%40ss@db:3306')).toEqual({
      orders: 'mysql://root:p%40ss@db:3306/orders',
      ordersRead: 'mysql://root:p%40ss@db:3306/orders_read',
      inventory: 'mysql://root:p%40ss@db:3306/inventory',
      payments: 'mysql://root:p%40ss@db:3306/payments',
    });
  });

  it('begins with the database that is named, so that a server can be shared', () => {
    expect(Object.values(databaseUrls('mysql://db/shop?ssl=true'))).toEqual([
      'mysql://db/shop?ssl=true',
      'mysql://db/shop_read?ssl=true',
      'mysql://db/shop_inventory?ssl=true',
      'mysql://db/shop_payments?ssl=true',
    ]);
  });

  it('keeps all servers of one that has several', () => {
    expect(databaseUrls('mysql://u:p%2C@a:3306,b:3307/shop?ssl-ca=/ca.pem').payments).toBe(
      'mysql://u:p%2C@a:3306,b:3307/shop_payments?ssl-ca=/ca.pem',
    );
    expect(databaseUrls('mysql://a,b').orders).toBe('mysql://a,b/orders');
  });

  it('is what its own setting says', () => {
    const settings = { PAYMENTS_DATABASE_URL: 'mysql://elsewhere/money' };
    expect(databaseUrls('mysql://db', settings).payments).toBe('mysql://elsewhere/money');
  });
});
