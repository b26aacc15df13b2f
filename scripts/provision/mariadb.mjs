import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePortsLike } from '../lib/ports.mjs';
import { end, isRunning } from '../lib/process-identity.mjs';
import { run } from '../lib/run.mjs';
import { GaveUp, waitUntil } from '../lib/wait-until.mjs';
import { findBinary, pathWithUsualPlaces } from './find-binary.mjs';
import { instanceFile } from './instance-file.mjs';
import { startDetached, tail } from './private-server.mjs';
import { probeMysql } from './probe.mjs';

const host = '127.0.0.1';
const startSeconds = 60;
const stopSeconds = 60;

/**
 * @typedef {{ server: string, engine: 'mysql' } | { server: string, engine: 'mariadb', installer: string | null }} Binaries
 */

/**
 * The server binaries of this machine, of whichever engine is first on the PATH; or null.
 *
 * @returns {Binaries | null}
 */
export function findMariadb() {
  const server = findBinary(['mariadbd', 'mysqld']);
  if (!server) return null;
  // MariaDB has the old name, too: as a link.
  if (path.basename(realpathSync(server)) === 'mysqld') return { server, engine: 'mysql' };
  const installer = findBinary(['mariadb-install-db', 'mysql_install_db'], [path.dirname(server)]);
  return { server, engine: 'mariadb', installer };
}

/** The private instance of an earlier run, when it still answers. */
export async function healthyMariadb(directory) {
  const instance = instanceFile(directory).read();
  if (!isRunning(instance?.process)) return null;
  try {
    return serverOf(directory, instance, await probeMysql({ host, port: instance.port }));
  } catch {
    return null;
  }
}

/**
 * Starts a private MariaDB (or MySQL) on data that it keeps in `directory`, creating them at the first start.
 * Durability is the default one: what was committed survives a crash.
 *
 * @param {string} directory
 * @param {Binaries} binaries
 * @param {{ onStarted?: (stop: () => Promise<void>) => void, args?: readonly string[], password?: string, tools?: readonly string[] }} [options]
 *   onStarted is told as soon as there is a process; args: further ones, for a node of a cluster, whose nodes have one
 *   password; tools: directories of programs that the server calls
 */
export async function startMariadb(directory, binaries, { onStarted, args = [], password, tools = [] } = {}) {
  const file = instanceFile(directory);
  const earlier = file.read();
  await end(earlier?.process, { graceSeconds: stopSeconds }); // running, yet not healthy: it holds the data's lock
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Neither engine reads the other's.
  const data = path.join(directory, isMysql(binaries) ? 'data-mysql' : 'data');
  // A server that starts removes temporary tables from where it keeps them: not those of another one.
  const temporary = path.join(directory, 'tmp');
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  if (!existsSync(data)) await createData(data, temporary, binaries);

  const [port] = await freePortsLike([earlier?.port]);
  const instance = {
    port,
    user: 'root',
    password: password ?? earlier?.password ?? randomBytes(18).toString('base64url'),
  };
  const initFile = path.join(directory, 'init.sql');
  writeFileSync(initFile, initSql(instance), { mode: 0o600 });
  const logFile = path.join(directory, 'server.log');
  const process_ = startDetached(
    binaries.server,
    [
      '--no-defaults', // whatever /etc/mysql says is about another server
      ...asRoot(),
      `--datadir=${data}`,
      `--tmpdir=${temporary}`,
      `--port=${port}`,
      `--bind-address=${host}`,
      '--socket=server.sock', // relative to the data: an absolute path may be longer than a socket's name can be
      `--pid-file=${path.join(directory, 'server.pid')}`,
      `--init-file=${initFile}`,
      '--skip-log-bin', // --log-bin=OFF would turn it on, with that name
      '--skip-name-resolve',
      '--character-set-server=utf8mb4',
      '--max-connections=400',
      '--innodb-buffer-pool-size=256M',
      ...(isMysql(binaries) ? ['--mysqlx=OFF'] : []),
      ...args,
    ],
    {
      logFile,
      env: { ...process.env, PATH: [...tools, pathWithUsualPlaces()].join(path.delimiter) },
      cwd: directory,
    },
  );
  file.write({ ...instance, process: process_ });
  const stop = () => end(process_, { graceSeconds: stopSeconds });
  onStarted?.(stop);
  const version = await waitUntil(
    () => {
      if (!isRunning(process_)) throw new GaveUp(`${binaries.server} ended at once:\n${tail(logFile)}`);
      return probeMysql({ host, port });
    },
    {
      seconds: startSeconds,
      what: `${binaries.server} answering on port ${port} (log: ${logFile})`,
      everyMs: 50,
    },
  );
  return serverOf(directory, instance, version, stop);
}

function serverOf(directory, instance, version, stop) {
  return {
    url: `mysql://${instance.user}:${instance.password}@${host}:${instance.port}`,
    version,
    stop: stop ?? (() => end(instance.process, { graceSeconds: stopSeconds })),
  };
}

/** Made beside and renamed: a run that is killed here does not leave half a data directory that looks whole. */
async function createData(data, temporary, binaries) {
  const unfinished = `${data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const [command, args] = isMysql(binaries)
    ? [
        binaries.server,
        [
          '--no-defaults',
          '--initialize-insecure',
          ...asRoot(),
          `--datadir=${unfinished}`,
          `--tmpdir=${temporary}`,
        ],
      ]
    : [
        binaries.installer,
        [
          '--no-defaults',
          ...asRoot(),
          `--datadir=${unfinished}`,
          `--tmpdir=${temporary}`,
          '--auth-root-authentication-method=normal',
          '--skip-test-db',
        ],
      ];
  const { code, output } = await run(command, args, {
    timeoutSeconds: 120,
    env: { ...process.env, PATH: pathWithUsualPlaces() },
  });
  if (code !== 0) throw new Error(`${command} could not create ${data}:\n${output.trim()}`);
  renameSync(unfinished, data);
}

/** Runs before the server listens, at every start: there is no moment with an open root account. */
function initSql({ user, password }) {
  const accounts = [`'${user}'@'localhost'`, `'${user}'@'${host}'`];
  return accounts
    .flatMap((account) => [
      `CREATE USER IF NOT EXISTS ${account};`,
      `ALTER USER ${account} IDENTIFIED BY '${password}';`,
      `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    ])
    .join('\n');
}

const isMysql = ({ engine }) => engine === 'mysql';

/** As root the servers refuse to run unless told which user to be. */
function asRoot() {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}
