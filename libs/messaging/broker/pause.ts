import { systemTimers } from '#libs/kernel/timers.js';

/** Resolves after `ms`. Does not keep the process alive, and goes by a test's clock, unlike node:timers/promises. */
export const { pause } = systemTimers;
