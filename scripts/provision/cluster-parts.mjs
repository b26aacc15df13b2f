import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dataDirectory } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { installDebianPackages } from './debian-packages.mjs';
import { findBinary } from './find-binary.mjs';
import { findMariadb } from './mariadb.mjs';
import { findRabbitmq } from './rabbitmq.mjs';
import { canInstallPackages } from './system.mjs';

const scriptsDirectory = path.join(dataDirectory, 'galera-scripts');

/** How a node of a cluster copies the data of another when it joins. */
const transferScript = 'wsrep_sst_rsync';

const providers = [
  '/usr/lib/galera/libgalera_smm.so',
  '/usr/lib64/galera-4/libgalera_smm.so',
  '/usr/lib/libgalera_smm.so',
];

/**
 * What the tests of clusters need, and the packages of Debian that bring it. The scripts come out of the package of the
 * whole server without installing that: it would bring a system service.
 */
const parts = [
  {
    name: 'mariadb',
    what: 'mariadbd',
    find: findMariadb,
    packages: ['mariadb-server-core', 'mariadb-client-core'],
  },
  { name: 'rabbitmq', what: 'rabbitmq-server', find: findRabbitmq, packages: ['rabbitmq-server'] },
  {
    name: 'provider',
    what: 'libgalera_smm.so',
    find: () => providers.find((file) => existsSync(file)) ?? null,
    packages: ['galera-4'],
  },
  { name: 'rsync', what: 'rsync', find: () => findBinary(['rsync']), packages: ['rsync'] },
  { name: 'sockets', what: 'ss or lsof', find: () => findBinary(['ss', 'lsof']), packages: ['iproute2'] },
  { name: 'haproxy', what: 'haproxy', find: () => findBinary(['haproxy']), packages: ['haproxy'] },
  { name: 'transfer', what: transferScript, find: () => findBinary([transferScript], [scriptsDirectory]) },
];

const units = ['haproxy.service', 'rsync.service', 'rabbitmq-server.service', 'epmd.service', 'epmd.socket'];

/** @returns {Record<string, any>} each part under its name. @throws Error that names what this machine does not have. */
export function findClusterParts() {
  const missing = parts.filter(({ find }) => !find()).map(({ what }) => what);
  if (missing.length > 0)
    throw new Error(`clusters need ${missing.join(', ')}, which this machine does not have`);
  return Object.fromEntries(parts.map(({ name, find }) => [name, find()]));
}

/**
 * Installs what is missing, where that can be done.
 *
 * @param {(text: string) => void} say
 * @returns {Promise<string>} a few words; rejects with what is missing and why it cannot be had
 */
export async function provideClusterParts(say) {
  const missing = parts.filter(({ find }) => !find());
  if (missing.length > 0) {
    const { applies, why } = canInstallPackages();
    const names = missing.map(({ what }) => what).join(', ');
    if (!applies) throw new Error(`Clusters need ${names}, which are not here; ${why}.`);
    const packages = missing.flatMap((part) => part.packages ?? []);
    if (packages.length > 0) {
      say(`installing ${packages.join(', ')}; no system service is started`);
      await installDebianPackages([packages], { units });
    }
    if (!findBinary([transferScript], [scriptsDirectory])) await unpackTransferScripts();
  }
  findClusterParts();
  return missing.length > 0 ? 'installed' : 'found';
}

async function unpackTransferScripts() {
  const directory = `${scriptsDirectory}.new`;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const tryDownload = () =>
    run('apt-get', ['download', '-qq', 'mariadb-server'], { cwd: directory, timeoutSeconds: 300 });
  let download = await tryDownload();
  if (download.code !== 0) {
    // The lists may be absent, or older than the mirror.
    await run('apt-get', ['update', '-qq'], { timeoutSeconds: 300 });
    download = await tryDownload();
  }
  const archive = readdirSync(directory).find((file) => file.endsWith('.deb'));
  if (!archive) throw new Error(`apt-get download mariadb-server failed:\n${download.output.trim()}`);
  const { code, output } = await run('dpkg', ['-x', archive, 'unpacked'], { cwd: directory });
  if (code !== 0) throw new Error(`dpkg -x ${archive} failed:\n${output.trim()}`);
  const programs = path.join(directory, 'unpacked', 'usr', 'bin');
  for (const name of readdirSync(programs).filter((file) => file.startsWith('wsrep_sst_'))) {
    cpSync(path.join(programs, name), path.join(scriptsDirectory, name));
  }
  letRootCopy(path.join(scriptsDirectory, transferScript));
  rmSync(directory, { recursive: true, force: true });
}

/** Run by root, rsync's daemon would write as `nobody`, who may not. Private servers belong to whoever runs the tests. */
function letRootCopy(script) {
  const setting = 'use chroot = no\n';
  const text = readFileSync(script, 'utf8');
  if (!text.includes(setting)) throw new Error(`${script} has no "${setting.trim()}" to add a user to`);
  writeFileSync(script, text.replaceAll(setting, `${setting}uid = $(id -u)\ngid = $(id -g)\n`));
}
