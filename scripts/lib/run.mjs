import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';

/** @type {Set<{ pid: number | undefined, graceSeconds: number | null, closed: Promise<unknown> }>} */
const running = new Set();

/** A tenth of the usual share where others want all that there is, all of it where nobody does. */
const priorityOfWhoGivesWay = 10;

/**
 * Runs a command to its end and returns what it said.
 * Never throws for a non-zero exit; a command that cannot be started has code 127, one that ran out of time 124.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{
 *   timeoutSeconds?: number, env?: NodeJS.ProcessEnv, cwd?: string, graceSeconds?: number | null, show?: boolean, into?: number,
 *   signal?: AbortSignal, givesWay?: boolean,
 * }} [options] graceSeconds: how long it may take to end after Ctrl-C before it is killed, null: it must not be interrupted;
 *   show: its output goes to ours instead of being collected; into: to this open file; signal: kills it; givesWay: to all
 *   other processes of this machine, and so do its children
 * @returns {Promise<{ code: number, output: string }>} output is stdout and stderr together, in order
 */
export function run(
  command,
  args,
  {
    timeoutSeconds = 60,
    env = process.env,
    cwd,
    graceSeconds = 2,
    signal,
    show = false,
    into,
    givesWay = false,
  } = {},
) {
  const out = into ?? (show ? 'inherit' : 'pipe');
  // A group of its own: the Ctrl-C of a terminal does not reach it directly, and its children can be ended with it.
  const child = spawn(command, args, {
    env,
    cwd,
    detached: true,
    stdio: ['ignore', out, out],
  });
  if (givesWay && child.pid !== undefined) setPriority(child.pid, priorityOfWhoGivesWay);
  let output = '';
  signal?.addEventListener('abort', () => signalGroup(child.pid, 'SIGKILL'), { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    signalGroup(child.pid, 'SIGKILL');
  }, timeoutSeconds * 1000);
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const result = new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) =>
      resolve(
        timedOut
          ? { code: 124, output: `${output}\n(stopped after ${timeoutSeconds} s)` }
          : { code: code ?? 1, output },
      ),
    );
  });
  const entry = { pid: child.pid, graceSeconds, closed: result };
  running.add(entry);
  return result.finally(() => {
    clearTimeout(timer);
    running.delete(entry);
  });
}

/** Ends the commands that are running, with their children; waits for those that must not be interrupted. */
export async function endCommands() {
  await Promise.all(
    [...running].map(async ({ pid, graceSeconds, closed }) => {
      if (graceSeconds === null) return closed;
      signalGroup(pid, 'SIGTERM');
      const killer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceSeconds * 1000);
      await closed;
      clearTimeout(killer);
      signalGroup(pid, 'SIGKILL'); // what the command started and left behind is in its group still
    }),
  );
}

function signalGroup(leader, name) {
  try {
    if (leader !== undefined) process.kill(-leader, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
