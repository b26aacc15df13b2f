import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { end, isRunning } from './process-identity.mjs';

/**
 * Which processes are the services of this directory, for the run after one that was killed: its services live on, hold
 * the ports and answer from an old build.
 *
 * @param {string} directory
 */
export function serviceRegister(directory) {
  const file = path.join(directory, 'services.json');
  const known = {};
  return {
    record(name, identity) {
      known[name] = identity;
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, JSON.stringify(known));
      renameSync(`${file}.new`, file);
    },
    /** @returns {Promise<string[]>} the names of those that were still there */
    async endEarlier() {
      let earlier;
      try {
        earlier = JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        return [];
      }
      const left = Object.entries(earlier).filter(([, identity]) => isRunning(identity));
      await Promise.all(left.map(([, identity]) => end(identity, { graceSeconds: 25 })));
      return left.map(([name]) => name);
    },
  };
}
