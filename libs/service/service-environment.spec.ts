import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { databaseUrl, migrationUrl, readEnvironment, serviceEnvironment } from './service-environment.js';

const schema = z.object({
  ...serviceEnvironment({ database: 'orders', port: 1, metricsPort: 2 }),
  READ_DATABASE_URL: databaseUrl('orders_read', 'Read models.').optional(),
  MIGRATION_READ_DATABASE_URL: migrationUrl('READ_DATABASE_URL', 'orders_read'),
});
const verified = {
  DATABASE_URL: 'mysql://u:secret@a,b/orders?ssl-mode=VERIFY_IDENTITY',
  RABBITMQ_URL: 'amqps://u:secret@a,b:5671/shop?cacertfile=/ca.pem',
};
const read = (more: Record<string, string>) => readEnvironment(schema, { ...verified, ...more });
const production = { NODE_ENV: 'production' };

describe('the servers of a service', () => {
  it('are proven in production', () => {
    expect(read(production)).toMatchObject(verified);
  });

  it.each([
    ['DATABASE_URL', 'mysql://u:secret@a/orders'],
    ['DATABASE_URL', 'mysql://u:secret@a/orders?ssl-mode=PREFERRED'],
    ['DATABASE_URL', 'mysql://u:secret@a/orders?ssl-mode=REQUIRED'],
    ['READ_DATABASE_URL', 'mysql://u:secret@a/orders_read'],
    ['MIGRATION_DATABASE_URL', 'mysql://ddl:secret@a/orders'],
    ['MIGRATION_READ_DATABASE_URL', 'mysql://ddl:secret@a/orders_read'],
    ['RABBITMQ_URL', 'amqp://u:secret@a'],
    ['RABBITMQ_URL', 'amqps://u:secret@a?verify=verify_none'],
  ])('are refused there as %s=%s, unless somebody says that it is meant', (name, url) => {
    expect(() => read({ ...production, [name]: url })).toThrow(
      new RegExp(`^in production ${name} needs TLS(?!.*secret).*ALLOW_UNVERIFIED_CONNECTIONS`),
    );
    expect(read({ ...production, [name]: url, ALLOW_UNVERIFIED_CONNECTIONS: 'true' })).toMatchObject({
      [name]: url,
    });
    expect(read({ [name]: url })).toMatchObject({ [name]: url });
  });

  it.each([
    ['DATABASE_URL', 'mysql://u:secret@a/orders?sslmode=require'],
    ['DATABASE_URL', 'postgres://u:secret@a/orders'],
    ['RABBITMQ_URL', 'amqps://u:secret@a?verify=no'],
    ['RABBITMQ_URL', 'amqp://u:secret@a,/shop'],
  ])('are refused everywhere as %s=%s', (name, url) => {
    expect(() => read({ [name]: url })).toThrow(new RegExp(`^(?![^]*secret)[^]*${name}`));
  });
});

describe('the user who migrates', () => {
  it.each(['', 'READ_'])('may be another, of the same %sdatabase', (which) => {
    const urls = {
      [`${which}DATABASE_URL`]: 'mysql://u@a/shop',
      [`MIGRATION_${which}DATABASE_URL`]: 'mysql://ddl@b/shop',
    };
    expect(read(urls)).toMatchObject(urls);
    expect(() => read({ ...urls, [`MIGRATION_${which}DATABASE_URL`]: 'mysql://ddl@b/other' })).toThrow(
      `MIGRATION_${which}DATABASE_URL names the database other, and ${which}DATABASE_URL shop`,
    );
  });
});

describe('the metrics of a service', () => {
  it('are for its own machine, unless somebody says more', () => {
    expect(read({})).toMatchObject({ METRICS_HOST: '127.0.0.1', METRICS_REFRESH_SECONDS: 15 });
    expect(read({ METRICS_HOST: '0.0.0.0' })).toMatchObject({ METRICS_HOST: '0.0.0.0' });
  });

  // Beyond that, the alert on their age would say of healthy ones that they are old.
  it.each(['0', '61'])('are not looked up every %s seconds', (METRICS_REFRESH_SECONDS) => {
    expect(() => read({ METRICS_REFRESH_SECONDS })).toThrow('METRICS_REFRESH_SECONDS');
  });
});
