import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { identify } from '../lib/process-identity.mjs';

/**
 * Starts a server process that outlives this one unless it is stopped: in a session of its own, so that the Ctrl-C meant
 * for us does not reach it before the services are drained, and with its output in a file.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ logFile: string, env: NodeJS.ProcessEnv, cwd: string }} options
 * @returns {import('../lib/process-identity.mjs').ProcessIdentity}
 */
export function startDetached(command, args, { logFile, env, cwd }) {
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env, cwd });
    child.on('error', () => undefined); // seen by the caller as a process that is not running
    child.unref();
    return child.pid === undefined
      ? { pid: 0, startedAt: '' }
      : (identify(child.pid) ?? { pid: child.pid, startedAt: '' });
  } finally {
    closeSync(log);
  }
}

/** The last lines of a log, for an error message. */
export function tail(file, lines = 15) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}
