import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

export interface EventLoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** How late timers fire: how long a request waits for the process before anybody looks at it. */
export class EventLoopMonitor {
  private readonly histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 });

  start(): void {
    this.histogram.enable();
  }

  stop(): void {
    this.histogram.disable();
  }

  /** Since the last time that this was asked. */
  take(): EventLoopDelay {
    const milliseconds = (nanoseconds: number): number =>
      Number.isFinite(nanoseconds) ? Math.round(nanoseconds / 1e4) / 100 : 0;
    const { histogram } = this;
    const delay = {
      p50Ms: milliseconds(histogram.percentile(50)),
      p99Ms: milliseconds(histogram.percentile(99)),
      maxMs: milliseconds(histogram.max),
    };
    histogram.reset();
    return delay;
  }
}
