import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { registry } from '#libs/observability/metrics.js';
import type { Ask } from './management-api.js';
import { ReplicaWatch } from './replica-watch.js';

const everyMs = 60_000;

/** A management API that is asked without a network. */
class FakeManagement {
  nodes: readonly string[] = ['a', 'b', 'c'];
  /** By queue: where its replicas are. */
  replicas: Readonly<Record<string, readonly string[]>> = {};
  failure: Error | undefined;
  asked: string[] = [];

  ask<Answer>(questions: (ask: Ask) => Promise<Answer>): Promise<Answer> {
    if (this.failure) return Promise.reject(this.failure);
    return questions((path) => {
      this.asked.push(path);
      if (path.startsWith('/api/nodes')) return Promise.resolve(this.nodes.map((name) => ({ name })));
      const members = this.replicas[/([^/]+)\?/.exec(path)![1]!];
      return Promise.resolve(members && { members });
    });
  }
}

describe('ReplicaWatch', () => {
  let management: FakeManagement;
  let watch: ReplicaWatch;

  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(true));
  beforeEach(() => {
    jest.useFakeTimers();
    registry.clear();
    management = new FakeManagement();
    watch = new ReplicaWatch(management, { virtualHost: 'shop/east', queues: ['old', 'new'], everyMs });
  });
  afterEach(() => {
    watch.stop();
    jest.useRealTimers();
  });

  const look = async (): Promise<void> => {
    watch.start();
    await jest.advanceTimersByTimeAsync(0);
  };

  const missing = async (): Promise<Record<string, number>> => {
    const { values } = await registry.getSingleMetric('orders_queue_replicas_missing')!.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels['queue'], value]));
  };

  it('tells of a queue that is older than its cluster, and no longer when it has grown', async () => {
    management.replicas = { old: ['a'], new: ['a', 'b', 'c'] };
    await look();
    expect(await missing()).toEqual({ old: 2, new: 0 });
    expect(watch.health).toEqual({
      status: 'degraded',
      detail: 'fewer replicas than there is room for: old',
    });
    management.replicas = { old: ['a', 'b', 'c'], new: ['a', 'b', 'c'] };
    await jest.advanceTimersByTimeAsync(everyMs);
    expect(await missing()).toEqual({ old: 0, new: 0 });
    expect(watch.health).toEqual({ status: 'up' });
  });

  it.each([
    ['a lone node', ['a'], ['a'], 0],
    ['one of two nodes', ['a', 'b'], ['b'], 1],
    ['three of five nodes', ['a', 'b', 'c', 'd', 'e'], ['a', 'c', 'e'], 0],
    ['a node that has left for good', ['a', 'b', 'c'], ['a', 'b', 'gone'], 1],
  ])('counts replicas on %s', async (_, nodes, replicas, count) => {
    management.nodes = nodes;
    management.replicas = { old: replicas };
    await look();
    expect(await missing()).toEqual({ old: count });
  });

  it('asks for queues of its virtual host, and not for their statistics', async () => {
    await look();
    expect(management.asked).toEqual([
      '/api/nodes?columns=name',
      '/api/queues/shop%2Feast/old?disable_stats=true',
      '/api/queues/shop%2Feast/new?disable_stats=true',
    ]);
  });

  it('says that it does not know when nobody answers, and goes on looking', async () => {
    management.failure = new Error('connect ECONNREFUSED');
    await look();
    expect(watch.health).toEqual({ status: 'degraded', detail: 'not known: connect ECONNREFUSED' });
    management.failure = undefined;
    await jest.advanceTimersByTimeAsync(everyMs);
    expect(watch.health).toEqual({ status: 'up' });
  });

  it('looks no more once it has stopped', async () => {
    await look();
    watch.stop();
    const before = management.asked.length;
    await jest.advanceTimersByTimeAsync(10 * everyMs);
    expect(management.asked).toHaveLength(before);
  });
});
