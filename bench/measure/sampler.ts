import type { Counts, SystemUnderTest } from '../system-under-test/system-under-test.js';
import { readUsage, type ProcessUsage } from './process-usage.js';

/** Everything that is looked at, at one moment. */
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

/** Looks at the services' own metrics and at what all processes use, every second. */
export class Sampler {
  readonly samples: Sample[] = [];
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly system: SystemUnderTest,
    private readonly others: readonly WatchedProcess[],
  ) {}

  async start(): Promise<Sample> {
    const first = await this.look();
    this.timer = setInterval(() => {
      // A look that comes late is not caught up with; one that fails is told by the last one.
      this.looking = this.looking.then(() => this.look()).then(undefined, () => undefined);
    }, everyMs);
    return first;
  }

  /** @returns the last sample. */
  async stop(): Promise<Sample> {
    clearInterval(this.timer);
    await this.looking;
    return this.look();
  }

  async look(): Promise<Sample> {
    const counts = await this.system.counts();
    const usage: Record<string, ProcessUsage> = {};
    for (const { name, pid } of [...this.system.processes, ...this.others]) {
      const used = readUsage(pid);
      if (used) usage[name] = used;
    }
    const sample = { atMs: Date.now(), counts, usage };
    this.samples.push(sample);
    return sample;
  }
}
