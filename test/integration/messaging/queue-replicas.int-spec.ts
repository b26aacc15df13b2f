import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registry } from '#libs/observability/metrics.js';
import { ManagementApi } from '#libs/messaging/broker/management-api.js';
import { createMonitoringUser, type MonitoringUser } from '../../support/broker.js';
import { eventually } from '../../support/eventually.js';
import { MessagingFixture } from './fixture.js';

jest.setTimeout(60_000);

const nobodyStops = new AbortController().signal;

describe('What the management API of the broker tells', () => {
  let service: MessagingFixture;
  let user: MonitoringUser;

  beforeAll(async () => {
    service = await MessagingFixture.create();
    user = await createMonitoringUser(service.broker.name);
    await service.start({ managementUrl: user.url, countReplicasEveryMs: 100 });
  });

  afterAll(async () => {
    await service.stop();
    await service.drop();
    await user.drop();
  });

  const valuesOf = async (metric: string): Promise<readonly number[]> =>
    ((await registry.getSingleMetric(metric)?.get())?.values ?? []).map(({ value }) => value);

  it('is that no queue of a lone broker lacks replicas, to a user who may only look', async () => {
    await eventually(async () => {
      const missing = await valuesOf('orders_queue_replicas_missing');
      expect(missing.length).toBeGreaterThan(10);
      expect(new Set(missing)).toEqual(new Set([0]));
    });
    expect(await valuesOf('orders_broker_nodes')).toEqual([1]);
  });

  it('is nothing to somebody else', async () => {
    const wrong = Object.assign(new URL(user.url), { password: 'wrong' }).href;
    await expect(new ManagementApi(wrong).ask((ask) => ask('/api/nodes'), nobodyStops)).rejects.toThrow(
      / answers 401$/,
    );
  });

  it('is undefined of what is not there', async () => {
    const answer = new ManagementApi(user.url).ask(
      (ask) => ask(`/api/queues/${service.broker.name}/no.such.queue`),
      nobodyStops,
    );
    await expect(answer).resolves.toBeUndefined();
  });
});

describe('Servers of the management API', () => {
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  const ask = (...hosts: readonly string[]): Promise<unknown> =>
    new ManagementApi(`http://user:secret@${hosts.join(',')}`, 1_000).ask((get) => get('/'), nobodyStops);

  it('are asked in turn, also when one stands still', async () => {
    const frozen = await serve(() => undefined);
    const broken = await serve((_, response) => void response.writeHead(500).end());
    const good = await serve((_, response) => void response.end('"good"'));
    await expect(ask(broken, frozen, good)).resolves.toBe('good');
  });

  it('are not listened to for ever', async () => {
    const endless = await serve((_, response) => {
      response.write('"');
      const write = (): boolean => response.write('a'.repeat(100_000), () => setImmediate(write));
      write();
    });
    await expect(ask(endless)).rejects.toThrow('too long');
  });

  it('are not waited for when the process is about to end', async () => {
    const stopping = new AbortController();
    const frozen = await serve(() => stopping.abort());
    const management = new ManagementApi(`http://user:secret@${frozen},${frozen}`);
    await expect(management.ask((get) => get('/'), stopping.signal)).rejects.toThrow('aborted');
  });
});
