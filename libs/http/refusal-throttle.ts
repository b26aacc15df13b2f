import type { FastifyInstance, FastifyReply } from 'fastify';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';
import { currentContext } from '#libs/observability/request-context.js';
import { TokenBucket, type Forget } from './token-bucket.js';

/** Held for less than an answer may be owed on a connection on which nothing moves. */
const refusalsOfCaller = { perSecond: 10, burst: 1, maxWaitSeconds: 30 };

/**
 * Answers to callers who have too much under way: ten in a second to each, held for up to 30 s. Told at once, a caller who
 * comes again at once would keep the process at refusing them, and everybody else waiting.
 */
export class RefusalThrottle {
  /** Only of those who were refused a moment ago, or wait to be. */
  private readonly buckets = new Map<string, TokenBucket>();
  private closing = false;

  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'> = systemClock,
    private readonly timers: Pick<Timers, 'after'> = systemTimers,
  ) {}

  /** That of a server: nothing that is held holds up its end. */
  static of(fastify: FastifyInstance): RefusalThrottle {
    const throttle = new RefusalThrottle();
    fastify.addHook('preClose', (done) => {
      throttle.release();
      done();
    });
    return throttle;
  }

  /** @param send what answers a request of this caller: not done when they are gone by then. */
  answer({ raw }: FastifyReply, send: () => void): void {
    raw.once('close', this.run(currentContext()?.caller ?? '', send));
  }

  run(caller: string, answer: () => void): Forget {
    const bucket = this.buckets.get(caller) ?? this.newBucket(caller);
    const forget = bucket.run(answer);
    if (this.closing) bucket.release();
    return forget;
  }

  /** From now on all are given at once, those that are held too. */
  release(): void {
    this.closing = true;
    for (const bucket of this.buckets.values()) bucket.release();
  }

  private newBucket(caller: string): TokenBucket {
    const onFull = (): void => void this.buckets.delete(caller);
    const bucket = new TokenBucket({ ...refusalsOfCaller, onFull }, this.clock, this.timers);
    this.buckets.set(caller, bucket);
    return bucket;
  }
}
