import type { Sample } from '../measure/sampler.js';
import type { Counts } from '../system-under-test/system-under-test.js';

/** A sample at the given second, with nothing counted but what is given. */
export const sampleAt = (
  second: number,
  counts: Partial<Counts> = {},
  usage: Sample['usage'] = {},
): Sample => ({
  atMs: second * 1000,
  usage,
  counts: {
    atMs: second * 1000,
    accepted: 0,
    begunSagas: 0,
    endedSagas: 0,
    messagesPublished: 0,
    messagesHandled: 0,
    groups: {},
    eventLoopDelayMs: {},
    ...counts,
  },
});

export const using = (cpuSeconds: number, rssBytes = 0): Sample['usage'][string] => ({
  cpuSeconds,
  rssBytes,
  writtenBytes: 0,
});
