/** Where waiting comes from, beside clock.ts: replaceable, so that a simulation can let an hour pass in a millisecond. */
export interface Timers {
  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void>;
  after(ms: number, run: () => void): Timer;
  every(ms: number, run: () => void): Timer;
}

export interface Timer {
  /** Nothing runs any more. Calling it twice, or late, does no harm. */
  cancel(): void;
}

/** The real ones. None of them keeps the process alive, and all go by a test's clock. */
export const systemTimers: Timers = {
  pause: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms).unref();
    }),
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref();
    return { cancel: () => clearTimeout(timer) };
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms).unref();
    return { cancel: () => clearInterval(timer) };
  },
};
