import type { Counts, SystemUnderTest } from '../system-under-test/system-under-test.js';
import { readUsage, type ProcessUsage } from './process-usage.js';

/** What was counted and used until one moment, by all that are watched. */
export interface Sample {
  readonly atMs: number;
  readonly counts: Counts;
  /** By process. */
  readonly usage: Readonly<Record<string, ProcessUsage>>;
}

export interface WatchedProcess {
  readonly name: string;
  readonly pid: number;
}

const everyMs = 1000;

/** Samples the counters of the services and the usage of all processes, every second. */
export class Sampler {
  readonly samples: Sample[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sampling: Promise<void> = Promise.resolve();

  constructor(
    private readonly system: SystemUnderTest,
    private readonly others: readonly WatchedProcess[],
  ) {}

  async start(): Promise<Sample> {
    const first = await this.sample();
    this.timer = setInterval(() => {
      // A late sample is not made up for; whatever makes one fail makes the last one fail, too.
      this.sampling = this.sampling.then(() => this.sample()).then(undefined, () => undefined);
    }, everyMs);
    return first;
  }

  /** @returns the last sample. */
  async stop(): Promise<Sample> {
    clearInterval(this.timer);
    await this.sampling;
    return this.sample();
  }

  async sample(): Promise<Sample> {
    const counts = await this.system.counts();
    const usage: Record<string, ProcessUsage> = {};
    for (const { name, pid } of [...this.system.processes, ...this.others]) {
      const used = readUsage(pid);
      if (used) usage[name] = used;
    }
    const taken = { atMs: Date.now(), counts, usage };
    this.samples.push(taken);
    return taken;
  }
}
