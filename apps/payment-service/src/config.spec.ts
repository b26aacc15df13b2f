import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';

const least = { DATABASE_URL: 'mysql://u:p@localhost/payments', RABBITMQ_URL: 'amqp://localhost/shop' };

describe('loadConfig', () => {
  it('needs a database and a broker, and has defaults for the rest', () => {
    expect(loadConfig(least)).toMatchObject({
      PORT: 8082,
      METRICS_PORT: 9466,
      PAYMENT_PROVIDER: 'sandbox',
      PROVIDER_TIMEOUT_SECONDS: 5,
      PROVIDER_CONCURRENCY: 400,
      RUN_MIGRATIONS: true,
    });
  });

  it('names everything that is missing or wrong', () => {
    expect(() =>
      loadConfig({ PORT: 'http', PAYMENT_PROVIDER: 'bank', RABBITMQ_URL: 'http://localhost' }),
    ).toThrow(/(?=[^]*PORT)(?=[^]*PAYMENT_PROVIDER)(?=[^]*DATABASE_URL)(?=[^]*RABBITMQ_URL)/);
  });

  it('takes an empty variable as not set', () => {
    expect(loadConfig({ ...least, PORT: '' }).PORT).toBe(8082);
  });

  it('refuses to run the sandbox in production, unless somebody means it', () => {
    const production = { ...least, NODE_ENV: 'production', ALLOW_UNVERIFIED_CONNECTIONS: 'true' };
    expect(() => loadConfig(production)).toThrow('sandbox is refused in production');
    expect(loadConfig({ ...production, ALLOW_SANDBOX_PROVIDER: 'true' }).PAYMENT_PROVIDER).toBe('sandbox');
  });
});
