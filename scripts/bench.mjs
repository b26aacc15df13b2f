import { rmSync } from 'node:fs';
import path from 'node:path';
import { checkNode } from './lib/check-node.mjs';
import { LockHeld, takeLock } from './lib/lock-file.mjs';
import { dataDirectory, inRoot, root } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { runScript } from './lib/run-script.mjs';
import { readSettings } from './lib/settings.mjs';
import { prepare } from './lib/stack.mjs';
import { Steps } from './lib/steps.mjs';
import { endServersIn } from './provision/end-servers.mjs';
import { instanceFile } from './provision/instance-file.mjs';

/**
 * `npm run bench -- [SECTION...] [--quick] [--profile] [--seconds N] ...`: measures the built services, on a database
 * server and a broker of its own. bench/main.ts runs the sections; docs/benchmark.md says how to read what comes of it.
 */
const longestSeconds = 7200;
const graceSeconds = 8;
const directory = path.join(dataDirectory, 'bench');

await runScript(async (shutdown) => {
  checkNode();
  const release = await takeLock(path.join(dataDirectory, 'bench.lock')).catch((error) => {
    if (!(error instanceof LockHeld)) throw error;
    throw new Error(`Process ${error.pid} runs the benchmark in this directory. Wait for its end.`);
  });
  shutdown.add('the lock', release);
  await endServersIn(directory); // a run that was killed left its servers; their data are about to be removed
  rmSync(directory, { recursive: true, force: true });
  const settings = readSettings();
  // Its own servers: what others are used for would be measured with them.
  for (const name of ['DATABASE_URL', 'RABBITMQ_URL', 'TEST_DATABASE_URL', 'TEST_RABBITMQ_URL'])
    delete settings[name];
  const steps = new Steps({ stream: process.stderr });
  // As for tests: with the broker's management, which makes virtual hosts.
  const { database, broker } = await prepare({ directory, settings, forTests: true, steps, shutdown });
  if (shutdown.begun) return 1;
  const { output: revision } = await run('git', ['describe', '--always', '--dirty'], { cwd: root });

  const { code } = await run(
    process.execPath,
    [inRoot('dist', 'bench', 'main.js'), ...process.argv.slice(2)],
    {
      cwd: root,
      env: {
        ...process.env,
        BENCH_DATABASE_URL: database.url,
        BENCH_DATABASE_VERSION: database.version,
        ...pidOf('mariadb', 'BENCH_DATABASE_PID'),
        BENCH_BROKER_URL: broker.url,
        BENCH_BROKER_VERSION: broker.version,
        ...pidOf('rabbitmq', 'BENCH_BROKER_PID'),
        BENCH_BROKER_MANAGEMENT_URL: broker.managementUrl,
        BENCH_REVISION: revision.trim(),
      },
      show: true,
      graceSeconds,
      timeoutSeconds: longestSeconds,
    },
  );
  return code;
});

/** The process of a private server; none of a container's, whose metrics are then left out. */
function pidOf(server, name) {
  const pid = instanceFile(path.join(directory, server)).read()?.process?.pid;
  return pid === undefined ? {} : { [name]: String(pid) };
}
