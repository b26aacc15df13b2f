import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * What is remembered of a private server between runs: ports, passwords, and which process it is.
 * Written before the server starts and by rename, so that a killed run leaves a file that is whole and names the process.
 *
 * @param {string} directory
 */
export function instanceFile(directory) {
  const file = path.join(directory, 'instance.json');
  return {
    /** @returns {Record<string, any> | null} */
    read() {
      let instance;
      try {
        instance = JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        return null;
      }
      if (instance.directory === directory) return instance;
      // A copy of another checkout, data included: passwords and names fit these data, processes and ports are the other's.
      const { node, user, password, initialized } = instance;
      return { node, user, password, initialized };
    },
    write(instance) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, `${JSON.stringify({ directory, ...instance }, null, 2)}\n`, {
        mode: 0o600,
      });
      renameSync(`${file}.new`, file);
    },
  };
}
