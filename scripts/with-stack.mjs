import { rmSync } from 'node:fs';
import path from 'node:path';
import { checkNode } from './lib/check-node.mjs';
import { LockHeld, takeLock } from './lib/lock-file.mjs';
import { dataDirectory, root } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { runningStack } from './lib/running-stack.mjs';
import { runScript } from './lib/run-script.mjs';
import { readSettings } from './lib/settings.mjs';
import { startStack } from './lib/stack.mjs';
import { Steps } from './lib/steps.mjs';
import { endServersIn } from './provision/end-servers.mjs';

/**
 * `node scripts/with-stack.mjs [--fresh] -- COMMAND ARGS`: runs a command against the three services and exits with its
 * code. The command is told of them in its environment: ORDER_URL, the databases' URLs, JWT_SECRET and the rest of what
 * lib/stack.mjs lists. Uses what the environment names, or what `npm start` is running; otherwise, or with --fresh, starts
 * a stack of its own, with empty databases, and stops it again.
 */
const longestSeconds = 3600;
const directory = path.join(dataDirectory, 'with-stack');

await runScript(async (shutdown) => {
  checkNode();
  const args = process.argv.slice(2);
  const fresh = args[0] === '--fresh';
  const [command, ...commandArgs] = args
    .filter((arg, index) => !(index === 0 && fresh))
    .slice(args.includes('--') ? 1 : 0);
  if (!command) throw new Error('Usage: node scripts/with-stack.mjs [--fresh] -- COMMAND ARGS');
  const settings = readSettings();
  const environment = await reach();
  if (!environment) return 1;
  const { code } = await run(command === 'node' ? process.execPath : command, commandArgs, {
    cwd: root,
    env: { ...process.env, ...environment },
    show: true,
    graceSeconds: 30,
    timeoutSeconds: longestSeconds,
  });
  return code;

  async function reach() {
    if (!fresh && settings.ORDER_URL) return {};
    const running = fresh ? null : runningStack();
    if (running) return running;
    const release = await takeLock(path.join(dataDirectory, 'with-stack.lock')).catch((error) => {
      if (!(error instanceof LockHeld)) throw error;
      throw new Error(`Process ${error.pid} uses the stack of this directory. Wait for its end.`);
    });
    shutdown.add('the lock', release);
    await endServersIn(directory); // a run that was killed left its servers; their data are about to be removed
    rmSync(directory, { recursive: true, force: true });
    // Its own servers: whatever DATABASE_URL names holds somebody's orders.
    const others = { ...settings };
    delete others.DATABASE_URL;
    delete others.RABBITMQ_URL;
    const steps = new Steps({ stream: process.stderr, quiet: true });
    return (await startStack({ directory, settings: others, anywhere: true, steps, shutdown }))?.environment;
  }
});
