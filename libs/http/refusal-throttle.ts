import type { FastifyInstance, FastifyReply } from 'fastify';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';
import { currentContext } from '#libs/observability/request-context.js';

const everyMs = 100;
/** Less than an answer may be owed on a connection on which nothing moves. */
const maxHeldMs = 30_000;

/** Nobody is there to be answered any more. Calling it late does no harm. */
type Forget = () => void;

/**
 * Answers to callers who have too much under way: ten in a second to each, held for up to 30 s. Told at once, a caller who
 * comes again at once would keep the process at refusing them, and everybody else waiting.
 */
export class SlowRefusals {
  /**
   * When a caller's next answer is due. Only of callers to whom one was given a moment ago, or for whom one is held.
   */
  private readonly nextAtMs = new Map<string, number>();
  private readonly held = new Set<() => void>();
  private closing = false;

  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'> = systemClock,
    private readonly timers: Pick<Timers, 'after'> = systemTimers,
  ) {}

  /** Those of one server: none of them delays its shutdown. */
  static of(fastify: FastifyInstance): SlowRefusals {
    const refusals = new SlowRefusals();
    fastify.addHook('preClose', (done) => {
      refusals.release();
      done();
    });
    return refusals;
  }

  /** @param send what answers a request of this caller: not done when they are gone by then. */
  answer({ raw }: FastifyReply, send: () => void): void {
    raw.once('close', this.run(currentContext()?.caller ?? '', send));
  }

  run(caller: string, answer: () => void): Forget {
    const nowMs = this.clock.monotonicMs();
    const dueMs = Math.max(this.nextAtMs.get(caller) ?? nowMs, nowMs);
    const atMs = Math.min(dueMs, nowMs + maxHeldMs);
    const nextAtMs = atMs + everyMs;
    this.nextAtMs.set(caller, nextAtMs);
    this.timers.after(nextAtMs - nowMs, () => {
      if (this.nextAtMs.get(caller) === nextAtMs) this.nextAtMs.delete(caller);
    });
    if (!this.closing && atMs > nowMs) return this.hold(answer, atMs - nowMs);
    answer();
    return () => undefined;
  }

  /** From now on all are given at once, those that are held too. */
  release(): void {
    this.closing = true;
    for (const answer of this.held) answer();
    this.held.clear();
  }

  private hold(answer: () => void, milliseconds: number): Forget {
    this.held.add(answer);
    const timer = this.timers.after(milliseconds, () => {
      if (this.held.delete(answer)) answer();
    });
    return () => {
      timer.cancel();
      this.held.delete(answer);
    };
  }
}
