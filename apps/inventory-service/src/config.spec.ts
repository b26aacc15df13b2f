import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';

const least = {
  DATABASE_URL: 'mysql://u:p@localhost/inventory',
  RABBITMQ_URL: 'amqp://localhost/shop',
  JWT_SECRET: 'a secret of a test, and of nothing else',
};

describe('loadConfig', () => {
  it('needs a database and a broker, and has defaults for the rest', () => {
    expect(loadConfig(least)).toMatchObject({
      PORT: 8081,
      METRICS_PORT: 9465,
      GROUP_SIZE_MAX: 200,
      RUN_MIGRATIONS: true,
      SEED_DEMO: false,
    });
  });

  it('names everything that is missing or wrong', () => {
    expect(() => loadConfig({ PORT: 'http', RABBITMQ_URL: 'http://localhost' })).toThrow(
      /(?=[^]*PORT)(?=[^]*DATABASE_URL)(?=[^]*RABBITMQ_URL)/,
    );
  });

  it('takes an empty variable as not set', () => {
    expect(loadConfig({ ...least, PORT: '' }).PORT).toBe(8081);
  });

  it('refuses the demo catalogue in production', () => {
    const production = { ...least, NODE_ENV: 'production', ALLOW_UNVERIFIED_CONNECTIONS: 'true' };
    expect(loadConfig(production).SEED_DEMO).toBe(false);
    expect(() => loadConfig({ ...production, SEED_DEMO: 'true' })).toThrow('not in production: SEED_DEMO');
  });

  it('seals cursors with a secret, and never with the URL of the database', () => {
    expect(loadConfig(least).CURSOR_SECRET).toBe(least.JWT_SECRET);
    expect(() => loadConfig({ ...least, JWT_SECRET: '' })).toThrow('CURSOR_SECRET is needed');
  });
});
