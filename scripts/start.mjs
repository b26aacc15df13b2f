import path from 'node:path';
import { checkNode } from './lib/check-node.mjs';
import { LockHeld, takeLock } from './lib/lock-file.mjs';
import { dataDirectory } from './lib/project.mjs';
import { runScript } from './lib/run-script.mjs';
import { announceStack } from './lib/running-stack.mjs';
import { readSettings } from './lib/settings.mjs';
import { startOptions, usage } from './lib/start-options.mjs';
import { startStack } from './lib/stack.mjs';
import { Steps } from './lib/steps.mjs';
import { summary } from './lib/summary.mjs';

/** `npm start`: everything from a fresh clone to three running services. start-options.mjs has its options. */
const steps = new Steps();

await runScript(
  async (shutdown) => {
    checkNode();
    const { help, watch, without } = startOptions(process.argv.slice(2));
    if (help) {
      console.log(usage);
      return 0;
    }
    const release = await takeLock(path.join(dataDirectory, 'start.lock')).catch((error) => {
      if (!(error instanceof LockHeld)) throw error;
      throw new Error(
        `npm start is running in this directory already (process ${error.pid}). End that one first.`,
      );
    });
    shutdown.add('the lock', release);
    const stack = await startStack({
      directory: dataDirectory,
      settings: readSettings(),
      without,
      steps,
      shutdown,
    });
    if (!stack) return 1;
    shutdown.add('the announcement', announceStack(stack.environment));
    console.log(summary(stack));
    if (watch) {
      const { rebuildOnChange } = await import('./lib/rebuild-on-change.mjs');
      shutdown.add('watching', rebuildOnChange(stack.services, steps));
    }
    await new Promise(() => setInterval(() => undefined, 1 << 30)); // until a signal ends it
    return 0;
  },
  { interrupted: 0, sayStopping: () => steps.say('stopping; what is in hand is finished first') },
);
