import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process named so that a recycled pid cannot be mistaken for it.
 * @typedef {{ pid: number, startedAt: string }} ProcessIdentity
 */

/**
 * @param {number} pid
 * @returns {ProcessIdentity | null} null when there is no such process, or only its zombie
 */
export function identify(pid) {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** @param {ProcessIdentity | null | undefined} process_ */
export function isRunning(process_) {
  return Boolean(process_) && identify(process_.pid)?.startedAt === process_.startedAt;
}

/**
 * Ends a process and returns once it is gone: a pid file disappears before its process does,
 * and a successor that starts in between meets ports and locks that are still held.
 *
 * @param {ProcessIdentity | null | undefined} process_
 * @param {{ graceSeconds: number, hurry?: AbortSignal }} options it is killed after the grace, or once there is hurry
 */
export async function end(process_, { graceSeconds, hurry }) {
  if (!isRunning(process_)) return;
  const killAt = Date.now() + graceSeconds * 1000;
  signal(process_.pid, 'SIGTERM');
  while (isRunning(process_)) {
    if (hurry?.aborted || Date.now() > killAt) signal(process_.pid, 'SIGKILL');
    await sleep(20);
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function startOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain spaces: fields count from after it (state is the third, the number of threads
    // the 20th, start time the 22nd).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie with threads left still holds its ports and locks: a killed database server needs a moment.
    return fields[0] === 'Z' && Number(fields[17]) <= 1 ? null : fields[19];
  } catch {
    return null;
  }
}

function startElsewhere(pid) {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}
