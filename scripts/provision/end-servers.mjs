import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { end } from '../lib/process-identity.mjs';
import { instanceFile } from './instance-file.mjs';

const graceSeconds = 30;

/**
 * Ends the private servers whose data are in `directory`, healthy or not: those of a run that was killed, or of a test
 * that could not tidy up. Their data may be removed afterwards.
 *
 * @param {string} directory that has been given to the sources of servers
 */
export async function endServersIn(directory) {
  await Promise.all(
    ['mariadb', 'rabbitmq', 'haproxy'].map(async (server) => {
      const instance = instanceFile(path.join(directory, server)).read();
      await end(instance?.process, { graceSeconds });
      await end(instance?.epmd, { graceSeconds: 5 });
    }),
  );
}

/** The same for every directory in `parent`. */
export async function endServersBelow(parent) {
  if (!existsSync(parent)) return;
  await Promise.all(readdirSync(parent).map((name) => endServersIn(path.join(parent, name))));
}
