import { readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AmqpConnection } from '#libs/messaging/broker/amqp-connection.js';
import { freePorts } from '../../../scripts/lib/ports.mjs';
import { endServersIn } from '../../../scripts/provision/end-servers.mjs';
import { findRabbitmq, startRabbitmq } from '../../../scripts/provision/rabbitmq.mjs';
import { CertificateAuthority, type Certificate } from '../../support/certificates.js';
import { eventually } from '../../support/eventually.js';
import { PrivateServer } from '../../support/private-servers.js';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.js';

jest.setTimeout(60_000);

const folder = path.resolve('.data/test/broker-tls');

let ca: CertificateAuthority;
let other: CertificateAuthority;
let broker: PrivateServer;
const ports: Record<string, number> = {};
const impostors: TlsServer[] = [];
/** Accepts connections, and never says a word. */
const silent = createServer();

/** A server with this certificate, which hangs up on who trusts it. */
async function impostor({ cert, key }: Certificate): Promise<number> {
  const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) =>
    socket.destroy(),
  );
  server.on('tlsClientError', () => undefined);
  impostors.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  await endServersIn(folder);
  rmSync(folder, { recursive: true, force: true });
  ca = new CertificateAuthority(folder);
  other = new CertificateAuthority(folder, 'other');
  const everyName = 'DNS:localhost,IP:127.0.0.1';
  const certificate = ca.issue('good', everyName);
  const [tls] = (await freePorts(1)) as [number];
  broker = await PrivateServer.start(path.join(folder, 'rabbitmq'), (place) =>
    startRabbitmq(place, findRabbitmq()!, { settings: tlsListener(tls, certificate) }),
  );
  ports['good'] = tls;
  ports['plain'] = Number(new URL(broker.url).port);
  ports['unknown'] = await impostor(other.issue('unknown', everyName));
  ports['expired'] = await impostor(ca.issue('expired', everyName, { expired: true }));
  ports['elsewhere'] = await impostor(ca.issue('elsewhere', 'DNS:elsewhere.example,IP:127.0.0.9'));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  ports['silent'] = (silent.address() as AddressInfo).port;
}, 120_000);

afterAll(async () => {
  for (const server of impostors) server.close();
  silent.close();
  await endServersIn(folder);
  rmSync(folder, { recursive: true, force: true });
});

const tlsListener = (port: number, { cert, key }: Certificate): string[] => [
  `listeners.ssl.default = 127.0.0.1:${port}`,
  `ssl_options.cacertfile = ${ca.file}`,
  `ssl_options.certfile = ${cert}`,
  `ssl_options.keyfile = ${key}`,
];

const url = (servers: readonly string[], parameters = '', host = '127.0.0.1'): string => {
  const { username, password } = new URL(broker.url);
  const hosts = servers.map((server) => `${host}:${ports[server]}`).join(',');
  return `amqps://${username}:${password}@${hosts}/?${parameters}`;
};
const plainUrl = (servers: readonly string[]): string => url(servers).replace('amqps', 'amqp');
const trusting = (): string => `cacertfile=${ca.file}`;

const portOf = (proxy: TcpProxy): number => Number(new URL(proxy.url(broker.url)).port);

/** Whether it comes up, or why not. */
async function tried(address: string): Promise<string> {
  const connection = new AmqpConnection({ url: address, name: 'test' });
  const warnings: string[] = [];
  Object.assign(connection, {
    logger: { log: () => undefined, warn: (text: string) => warnings.push(text) },
  });
  connection.open();
  try {
    return await eventually(() => {
      if (connection.isUp) return 'up';
      const [warning] = warnings;
      if (warning === undefined) throw new Error('neither up nor refused');
      return warning;
    });
  } finally {
    await connection.close();
  }
}

describe('a broker with TLS', () => {
  it.each(['127.0.0.1', 'localhost'])('is used when it proves who it is, as %s', async (host) => {
    expect(await tried(url(['good'], trusting(), host))).toBe('up');
  });

  it('is used without a check where that is what is asked for', async () => {
    expect(await tried(url(['good'], 'verify=verify_none'))).toBe('up');
  });

  it.each([
    ['of another authority', 'unknown', /self-signed|unable to verify|unable to get/],
    ['that has expired', 'expired', /expired/],
    ['for another host', 'elsewhere', /does not match/],
  ])('is refused with a certificate %s', async (_, server, why) => {
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(await tried(url([server], trusting(), host))).toMatch(why);
    }
  });

  it('may go by another name, where that is said', async () => {
    const named = `${trusting()}&server_name_indication=elsewhere.example`;
    expect(await tried(url(['elsewhere'], named))).not.toMatch(/does not match/);
    expect(await tried(url(['good'], named))).toMatch(/does not match/);
  });

  it('is refused when nothing that is trusted signed it, and no authority was named', async () => {
    expect(await tried(url(['good']))).toMatch(/self-signed|unable to verify|unable to get/);
  });
});

it('a broker without TLS is refused with amqps', async () => {
  expect(await tried(url(['plain'], trusting()))).toMatch(/broker away/);
});

describe('several brokers', () => {
  it('are tried in turn: one that refuses, one that stands still, one that is another, one that is well', async () => {
    const connection = new AmqpConnection({
      url: url(['unknown', 'silent', 'elsewhere', 'good'], trusting()),
      name: 'test',
    });
    connection.open();
    try {
      await eventually(() => expect(connection.isUp).toBe(true), 20_000);
    } finally {
      await connection.close();
    }
  });

  it('one that is lost is left for the next', async () => {
    const [first, second] = await Promise.all([TcpProxy.to(broker.url), TcpProxy.to(broker.url)]);
    Object.assign(ports, { first: portOf(first), second: portOf(second) });
    const connection = new AmqpConnection({ url: plainUrl(['first', 'second']), name: 'test' });
    connection.open();
    try {
      // Whichever is in use has a line to cut.
      for (const [used, beside] of [
        [first, second],
        [second, first],
        [first, second],
      ] as const) {
        await eventually(() => expect(connection.isUp).toBe(true));
        expect([used.cut(), beside.cut()]).toEqual([1, 0]);
        await eventually(() => expect(connection.isUp).toBe(false));
      }
    } finally {
      await connection.close();
      await Promise.all([first.close(), second.close()]);
    }
  });

  it('one that stands still is given up after two heartbeats', async () => {
    const standing = await TcpProxy.to(broker.url);
    Object.assign(ports, { standing: portOf(standing) });
    const connection = new AmqpConnection({
      url: plainUrl(['standing', 'plain']),
      name: 'test',
      heartbeatSeconds: 1,
    });
    const downs: number[] = [];
    connection.on('down', () => downs.push(performance.now()));
    connection.open();
    try {
      await eventually(() => expect(connection.isUp).toBe(true));
      const stoodAt = performance.now();
      expect(standing.lose()).toBe(1);
      await eventually(() => expect(downs).toHaveLength(1), 10_000);
      expect(downs[0]! - stoodAt).toBeLessThan(5_000);
      await eventually(() => expect(connection.isUp).toBe(true), 10_000);
    } finally {
      await connection.close();
      await standing.close();
    }
  });
});
