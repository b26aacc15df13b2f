import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning } from './process-identity.mjs';

/**
 * Takes a lock that belongs to this process; that of a process which is gone counts for nothing.
 *
 * @param {string} file
 * @param {{ waitSeconds?: number }} [options] how long to wait for another process to release it
 * @returns {Promise<() => void>} releases it; rejects with a LockHeld when another process keeps it
 */
export async function takeLock(file, { waitSeconds = 0 } = {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  const giveUpAt = Date.now() + waitSeconds * 1000;
  try {
    for (;;) {
      try {
        linkSync(mine, file); // appears whole or not at all
        return () => rmSync(file, { force: true });
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = read(file);
      if (holder && !isRunning(holder)) rmSync(file, { force: true });
      else if (Date.now() > giveUpAt) throw new LockHeld(holder?.pid);
      else await sleep(100);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

export class LockHeld extends Error {
  /** @param {number | undefined} pid */
  constructor(pid) {
    super(`held by process ${pid}`);
    this.pid = pid;
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // released in this moment
  }
}
