import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Crowding, crowdings, problemOf, RefusalThrottle, sendProblem, TokenBucket } from '#libs/http';
import { Fault, TooManyRequests } from '#libs/kernel/errors.js';
import { counter, SparseWarnings } from '#libs/observability';
import { lanes, type Lane } from './lanes.js';

const answers = {
  full: problemOf(new Fault('as many commands are under way as may'), {}),
  share: problemOf(new TooManyRequests('as many commands of this caller are under way as may'), {}),
};

/** A refusal takes a fifth of a millisecond: clients that retry at once must not keep the process busy with nothing else. */
const refusals = { perSecond: 1_000, burst: 250, maxWaitSeconds: 30 };

/**
 * Load shedding: refuses commands for which there is no place, more slowly to a caller who has too many, and without an
 * error or a log line for each.
 */
export class LoadShedder {
  private readonly warnings = new SparseWarnings(new Logger('Places'));
  private readonly bucket = new TokenBucket(refusals);
  private readonly throttle: RefusalThrottle;
  private readonly total = counter({
    name: 'orders_turned_away_total',
    help: 'Commands over HTTP that were refused because as many were under way as may: in all, or of their caller.',
    labels: { lane: lanes, reason: crowdings },
  });

  constructor(fastify: FastifyInstance) {
    this.throttle = RefusalThrottle.of(fastify);
  }

  answer(reply: FastifyReply, lane: Lane, reason: Crowding): void {
    this.total.inc({ lane, reason });
    this.warnings.warn(`${lane}, ${reason}`, 'commands are turned away', { lane, reason });
    const send = (): void => sendProblem(reply, answers[reason]);
    if (reason === 'share') this.throttle.answer(reply, send);
    else reply.raw.once('close', this.bucket.run(send));
  }
}
