/** Resolves after `ms`. Does not keep the process alive, and goes by a test's clock, unlike node:timers/promises. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
