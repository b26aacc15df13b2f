import { describe, expect, it } from '@jest/globals';
import { databaseUrls, migrationUrls } from './database-urls.mjs';

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

describe('the URL of each database for who migrates', () => {
  const settings = { DATABASE_URL: 'mysql://shop@db/shop', READ_DATABASE_URL: 'mysql://shop@replica/views' };

  it('is that of the services where nothing else is said', () => {
    expect(migrationUrls(settings)).toEqual(databaseUrls('mysql://shop@db/shop', settings));
  });

  it('has the user that is named, and never another server than the services', () => {
    expect(migrationUrls({ ...settings, MIGRATION_DATABASE_URL: 'mysql://ddl@db/shop' })).toEqual({
      orders: 'mysql://ddl@db/shop',
      ordersRead: 'mysql://shop@replica/views',
      inventory: 'mysql://ddl@db/shop_inventory',
      payments: 'mysql://ddl@db/shop_payments',
    });
  });

  it('is what its own setting says', () => {
    const more = { MIGRATION_READ_DATABASE_URL: 'mysql://ddl@replica/views' };
    expect(migrationUrls({ ...settings, ...more }).ordersRead).toBe('mysql://ddl@replica/views');
  });
});
