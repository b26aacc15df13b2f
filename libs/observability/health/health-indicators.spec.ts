import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HealthIndicators } from './health-indicators.js';

describe('health', () => {
  let nowMs: number;
  let health: HealthIndicators;

  beforeEach(() => {
    jest.useFakeTimers();
    nowMs = 0;
    health = new HealthIndicators({ now: () => new Date(nowMs), monotonicMs: () => nowMs });
  });
  afterEach(() => void jest.useRealTimers());

  it('is up when everything is', async () => {
    health.register('database', () => ({ status: 'up' }), { affectsReadiness: true });
    await expect(health.look()).resolves.toMatchObject({ ready: true, status: 'up' });
  });

  it('is degraded, and ready, without the broker', async () => {
    health.register('broker', () => ({ status: 'down', detail: 'away' }));
    await expect(health.look()).resolves.toMatchObject({
      ready: true,
      status: 'degraded',
      checks: { broker: { status: 'down', detail: 'away' } },
    });
  });

  it('is not ready without the database', async () => {
    health.register('broker', () => ({ status: 'up' }));
    health.register('database', () => Promise.reject(new TypeError('mysql://u:p@h')), {
      affectsReadiness: true,
    });
    const found = await health.look();
    expect(found).toMatchObject({ ready: false, status: 'down', checks: { broker: { status: 'up' } } });
    expect(found.checks['database']).toMatchObject({ status: 'down', detail: 'TypeError' });
  });

  it('does not wait longer than two seconds for anybody', async () => {
    health.register('database', () => new Promise(() => undefined), { affectsReadiness: true });
    const looking = health.look();
    await jest.advanceTimersByTimeAsync(2_000);
    await expect(looking).resolves.toMatchObject({ ready: false });
  });

  it('is asked once for many probes', async () => {
    let asked = 0;
    health.register('database', () => {
      asked++;
      return { status: 'up' };
    });
    await Promise.all([health.look(), health.look(), health.look()]);
    expect(asked).toBe(1);
    nowMs += 500;
    await health.look();
    expect(asked).toBe(2);
  });

  it('forgets who has gone, and not who came in their place', async () => {
    const first = health.register('database', () => ({ status: 'down' }));
    health.register('database', () => ({ status: 'up' }));
    first();
    await expect(health.look()).resolves.toMatchObject({ checks: { database: { status: 'up' } } });
  });

  it('is not ready when the process is about to end', async () => {
    await health.look();
    health.drain();
    await expect(health.look()).resolves.toMatchObject({ ready: false });
  });
});
