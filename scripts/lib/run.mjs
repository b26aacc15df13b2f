import { spawn } from 'node:child_process';

/**
 * Runs a command to its end and returns what it said.
 * Never throws for a non-zero exit; a command that cannot be started has code 127, one that ran out of time 124.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ timeoutSeconds?: number, env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<{ code: number, output: string }>} output is stdout and stderr together, in order
 */
export function run(command, args, { timeoutSeconds = 60, env = process.env, cwd } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutSeconds * 1000);
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: error.message });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(
        timedOut
          ? { code: 124, output: `${output}\n(stopped after ${timeoutSeconds} s)` }
          : { code: code ?? 1, output },
      );
    });
  });
}
