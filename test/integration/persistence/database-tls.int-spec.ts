import { appendFileSync, copyFileSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDataSource } from '#libs/persistence/database/data-source.js';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { endServersBelow } from '../../../scripts/provision/end-servers.mjs';
import { findMariadb, startMariadb } from '../../../scripts/provision/mariadb.mjs';
import { CertificateAuthority, type Certificate } from '../../support/certificates.js';
import { onServer } from '../../support/database.js';
import { PrivateServer } from '../../support/private-servers.js';

const folder = path.resolve('.data/test/database-tls');
const rows = { rows: [], migrations: [] };
const binaries = findMariadb()!;
/** MySQL makes itself a certificate when it has none. */
const withoutTls = binaries.engine === 'mysql' ? ['--tls-version='] : [];

let ca: CertificateAuthority;
let other: CertificateAuthority;
const servers: Record<string, PrivateServer> = {};

async function start(name: string, certificate?: Certificate): Promise<PrivateServer> {
  const args = certificate
    ? [`--ssl-cert=${certificate.cert}`, `--ssl-key=${certificate.key}`, `--ssl-ca=${ca.file}`]
    : withoutTls;
  const server = await PrivateServer.start(path.join(folder, name, 'mariadb'), (place) =>
    startMariadb(place, binaries, { args }),
  );
  await onServer(async (admin) => void (await admin.query('CREATE DATABASE orders')), server.url);
  return server;
}

beforeAll(async () => {
  await endServersBelow(folder);
  rmSync(folder, { recursive: true, force: true });
  ca = new CertificateAuthority(folder);
  other = new CertificateAuthority(folder, 'other');
  const everyName = 'DNS:localhost,IP:127.0.0.1';
  Object.assign(servers, {
    good: await start('good', ca.issue('good', everyName)),
    unknown: await start('unknown', other.issue('unknown', everyName)),
    expired: await start('expired', ca.issue('expired', everyName, { expired: true })),
    elsewhere: await start('elsewhere', ca.issue('elsewhere', 'DNS:elsewhere.example,IP:127.0.0.9')),
    plain: await start('plain'),
  });
}, 120_000);

afterAll(async () => {
  await endServersBelow(folder);
  rmSync(folder, { recursive: true, force: true });
});

const url = (server: string, parameters: string, host = '127.0.0.1'): string => {
  const found = new URL(servers[server]!.url);
  return Object.assign(found, { hostname: host, pathname: '/orders', search: parameters }).href;
};

/** The cipher of a pooled connection; empty: plain. */
async function cipher(server: string, parameters: string, host?: string): Promise<string> {
  const source = await openDatabase({ url: url(server, parameters, host), ...rows });
  try {
    const [status] = await source.query<{ Value: string }[]>("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
    return status?.Value ?? '';
  } finally {
    await source.destroy();
  }
}

const trusting = (mode: string): string => `ssl-mode=${mode}&ssl-ca=${ca.file}`;

describe('a database with TLS', () => {
  it.each(['127.0.0.1', 'localhost'])('is used when it proves who it is, as %s', async (host) => {
    expect(await cipher('good', trusting('VERIFY_IDENTITY'), host)).toMatch(/^TLS_|-/);
    expect(await cipher('good', trusting('VERIFY_CA'), host)).toMatch(/^TLS_|-/);
  });

  it('is used without a check where that is what is asked for', async () => {
    expect(await cipher('unknown', 'ssl-mode=REQUIRED')).toMatch(/^TLS_|-/);
    expect(await cipher('expired', 'ssl-mode=PREFERRED')).toMatch(/^TLS_|-/);
    expect(await cipher('good', 'ssl-mode=DISABLED')).toBe('');
  });

  it.each([
    ['of another authority', 'unknown', 'VERIFY_CA'],
    ['of another authority', 'unknown', 'VERIFY_IDENTITY'],
    ['that has expired', 'expired', 'VERIFY_CA'],
    ['that has expired', 'expired', 'VERIFY_IDENTITY'],
    ['for another host', 'elsewhere', 'VERIFY_IDENTITY'],
  ])('is refused with a certificate %s (%s, %s)', async (_, server, mode) => {
    for (const host of ['127.0.0.1', 'localhost']) {
      await expect(cipher(server, trusting(mode), host)).rejects.toMatchObject({
        code: 'HANDSHAKE_SSL_ERROR',
      });
    }
  });

  it('may have the name of another host where only the authority is asked for', async () => {
    expect(await cipher('elsewhere', trusting('VERIFY_CA'))).toMatch(/^TLS_|-/);
  });

  it('is refused when nothing that is trusted signed it, and no authority was named', async () => {
    await expect(cipher('good', 'ssl-mode=VERIFY_IDENTITY')).rejects.toMatchObject({
      code: 'HANDSHAKE_SSL_ERROR',
    });
  });

  it('is known from a new authority as soon as that is in the file, by the pool that is open', async () => {
    const file = path.join(folder, 'bundle.pem');
    copyFileSync(ca.file, file);
    const source = await openDatabase({ url: url('good', `ssl-mode=VERIFY_CA&ssl-ca=${file}`), ...rows });
    try {
      copyFileSync(other.file, file);
      // Those that are open go on.
      const [open, ...further] = Array.from({ length: 6 }, () => source.query('SELECT SLEEP(0.2)'));
      const refused = await Promise.allSettled(further);
      await open;
      expect(refused.map(({ status }) => status)).toContain('rejected');
      appendFileSync(file, readFileSync(ca.file));
      await Promise.all(Array.from({ length: 6 }, () => source.query('SELECT SLEEP(0.2)')));
    } finally {
      await source.destroy();
    }
  });
});

describe('a database without TLS', () => {
  it.each(['REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'])('is refused with %s', async (mode) => {
    const parameters = mode === 'REQUIRED' ? `ssl-mode=${mode}` : trusting(mode);
    await expect(cipher('plain', parameters)).rejects.toMatchObject({ code: 'HANDSHAKE_NO_SSL_SUPPORT' });
  });

  it('is used where TLS is only preferred', async () => {
    expect(await cipher('plain', 'ssl-mode=PREFERRED')).toBe('');
  });
});

it('is not opened with a URL that says something else than it seems to', async () => {
  await expect(createDataSource({ url: url('good', 'sslmode=verify-full'), ...rows })).rejects.toThrow(
    /sslmode/,
  );
  await expect(createDataSource({ url: url('good', 'ssl-ca=/nowhere.pem'), ...rows })).rejects.toThrow(
    /nowhere/,
  );
});
