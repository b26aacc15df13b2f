import { describe, expect, it } from '@jest/globals';
import { dutiesOf, loadConfig, warningsOf } from './config.js';

const environment = {
  DATABASE_URL: 'mysql://orders:secret@localhost/orders',
  READ_DATABASE_URL: 'mysql://orders:secret@localhost/orders_read',
  RABBITMQ_URL: 'amqp://localhost',
  JWT_SECRET: 'a secret of a test, and of nothing else',
};

describe('the configuration', () => {
  it('has a default for everything but where the servers are', () => {
    expect(loadConfig(environment)).toMatchObject({
      PORT: 8080,
      ROLES: ['api', 'worker', 'ops'],
      RUN_MIGRATIONS: true,
    });
  });

  it('names everything that is missing or wrong', () => {
    expect(() => loadConfig({ PORT: 'x', ROLES: 'api,cook' })).toThrow(
      /PORT[^]*DATABASE_URL|DATABASE_URL[^]*PORT/,
    );
    for (const ROLES of ['api,cook', ',', 'api,']) {
      expect(() => loadConfig({ ...environment, ROLES })).toThrow(/ROLES/);
    }
  });

  describe('roles', () => {
    const nothing = { api: false, worker: false, operatorApi: false, operatorJobs: false };
    const operators = { operatorApi: true, operatorJobs: true };
    const told = (ROLES: string, OPS_APART = 'false') => {
      const config = loadConfig({ ...environment, ROLES, OPS_APART });
      return { duties: dutiesOf(config), warnings: warningsOf(config) };
    };

    it.each([
      ['', { ...operators, api: true, worker: true }],
      ['ops', { ...nothing, ...operators }],
      ['api,ops', { ...nothing, ...operators, api: true }],
      [' worker, ops', { ...nothing, ...operators, worker: true }],
    ])('say what a process does: %j', (ROLES, duties) => {
      expect(told(ROLES)).toEqual({ duties, warnings: [] });
      expect(told(ROLES, 'true')).toEqual({ duties, warnings: [] });
    });

    it.each([
      ['api', { ...nothing, api: true }],
      ['worker', { ...nothing, worker: true }],
      ['api,worker', { ...nothing, api: true, worker: true }],
    ])('leave operators to other processes where those are apart: %j', (ROLES, duties) => {
      expect(told(ROLES, 'true')).toEqual({ duties, warnings: [] });
    });

    it.each([
      ['api', { ...nothing, api: true, operatorApi: true }],
      ['worker', { ...nothing, worker: true, operatorJobs: true }],
      ['api,worker', { ...operators, api: true, worker: true }],
    ])('mean what they did before there was ops, with a warning: %j', (ROLES, duties) => {
      const { duties: actual, warnings } = told(ROLES);
      expect(actual).toEqual(duties);
      expect(warnings).toEqual([expect.stringMatching(/add ops to ROLES, or set OPS_APART=true/)]);
    });
  });

  it('takes what is set to nothing as not set', () => {
    expect(loadConfig({ ...environment, PORT: '' }).PORT).toBe(8080);
  });

  it('replaces the secret of cursors with the one that it comes from', () => {
    const [next, own, ownNext] = ['n', 'o', 'p'].map((letter) => letter.repeat(32)) as [
      string,
      string,
      string,
    ];
    const secrets = (more: Record<string, string>) => {
      const { CURSOR_SECRET, CURSOR_SECRET_SECOND } = loadConfig({ ...environment, ...more });
      return [CURSOR_SECRET, CURSOR_SECRET_SECOND];
    };
    expect(secrets({ JWT_SECRET_SECOND: next })).toEqual([environment.JWT_SECRET, next]);
    expect(secrets({ JWT_SECRET_SECOND: next, CURSOR_SECRET: own })).toEqual([own, undefined]);
    expect(secrets({ CURSOR_SECRET: own, CURSOR_SECRET_SECOND: ownNext })).toEqual([own, ownNext]);
  });

  it('refuses in production what is for tests', () => {
    const production = { ...environment, NODE_ENV: 'production', ALLOW_UNVERIFIED_CONNECTIONS: 'true' };
    expect(() => loadConfig({ ...production, DELIVER_TWICE: 'true' })).toThrow(/DELIVER_TWICE/);
    expect(() => loadConfig({ ...production, SAGA_TIME_SCALE: '2' })).toThrow(/SAGA_TIME_SCALE/);
    expect(() => loadConfig({ ...production, RETENTION_TIME_SCALE: '2' })).toThrow(/RETENTION_TIME_SCALE/);
    expect(loadConfig({ ...production, DELIVER_TWICE: 'false', SAGA_TIME_SCALE: '1' }).SAGA_TIME_SCALE).toBe(
      1,
    );
    expect(loadConfig({ ...environment, SAGA_TIME_SCALE: '100' }).SAGA_TIME_SCALE).toBe(100);
  });

  it.each([
    ['INBOX_KEEP_DAYS', 7],
    ['IDEMPOTENCY_KEEP_HOURS', 24],
    ['SAGA_KEEP_DAYS', 30],
    ['PARKED_KEEP_DAYS', 7],
    ['JOB_KEEP_DAYS', 7],
    ['RECONCILIATION_KEEP_DAYS', 30],
  ])('keeps nothing for less than was promised: %s', (name, least) => {
    expect(loadConfig({ ...environment, [name]: String(least) })).toMatchObject({ [name]: least });
    expect(() => loadConfig({ ...environment, [name]: String(least - 1) })).toThrow(name);
    expect(() => loadConfig({ ...environment, [name]: '0' })).toThrow(name);
  });

  it('seals cursors with a secret that is no sample', () => {
    expect(loadConfig(environment).CURSOR_SECRET).toBe(environment.JWT_SECRET);
    expect(() => loadConfig({ ...environment, JWT_SECRET: '' })).toThrow('CURSOR_SECRET is needed');
  });
});
