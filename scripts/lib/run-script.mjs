import { installationsEnded } from '../provision/debian-packages.mjs';
import { endCommands } from './run.mjs';
import { Shutdown, onEndRequested } from './shutdown.mjs';

/**
 * The frame of a script that starts things: whatever way it ends, what it started is stopped first, and the exit code
 * says how it went. An error is a sentence for people, not a stack.
 *
 * @param {(shutdown: Shutdown) => Promise<number>} main returns the exit code
 * @param {{ interrupted?: number, sayStopping?: () => void }} [options] interrupted: exit code after Ctrl-C, default 130
 */
export async function runScript(main, { interrupted = 130, sayStopping = () => undefined } = {}) {
  const shutdown = new Shutdown({ before: () => Promise.all([endCommands(), installationsEnded()]) });
  // `npm start | head`: nobody reads any more, which is no reason to leave everything running unattended.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  onEndRequested({
    onFirst: () => {
      sayStopping();
      void shutdown.run().then(
        () => exit(interrupted),
        (error) => fail(error),
      );
    },
    onSecond: () => shutdown.losePatience(),
  });
  try {
    const code = await main(shutdown);
    if (shutdown.begun) return;
    await shutdown.run();
    await exit(code);
  } catch (error) {
    if (shutdown.begun) return; // the end was asked for; what it interrupted fails in its own way
    await shutdown.run().catch((another) => console.error(`\n${another.message}`));
    await fail(error);
  }
}

async function fail(error) {
  console.error(`\n${process.env.DEBUG ? error.stack : error.message}`);
  await exit(1);
}

/** Pipes are written behind our back: an exit right after a write would cut the output. */
async function exit(code) {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))),
  );
  process.exit(code);
}
