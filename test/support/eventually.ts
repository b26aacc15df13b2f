import { setTimeout as pause } from 'node:timers/promises';

/**
 * Repeats `probe` until it does not throw, and resolves with what it returned. After `withinMs` it fails with the probe's
 * last error: what was still wrong is what the reader wants to know.
 */
export async function eventually<T>(probe: () => Promise<T> | T, withinMs = 30_000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      await pause(25);
    }
  }
}
