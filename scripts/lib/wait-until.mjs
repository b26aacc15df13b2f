import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the probe gives something truthy, and returns that.
 * Throws when the time is over, with the last thing the probe threw; a probe may give up early by throwing a GaveUp.
 *
 * @template T
 * @param {() => Promise<T> | T} probe
 * @param {{ seconds: number, what: string, everyMs?: number }} options
 * @returns {Promise<T>}
 */
export async function waitUntil(probe, { seconds, what, everyMs = 100 }) {
  const giveUpAt = Date.now() + seconds * 1000;
  let last = '';
  while (Date.now() < giveUpAt) {
    try {
      const result = await probe();
      if (result) return result;
    } catch (error) {
      if (error instanceof GaveUp) throw error;
      last = `: ${error.message}`;
    }
    await sleep(everyMs);
  }
  throw new Error(`${what} did not happen within ${seconds} s${last}`);
}

/** What was waited for can no longer happen. */
export class GaveUp extends Error {}
