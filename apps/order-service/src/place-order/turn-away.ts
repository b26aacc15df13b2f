import { finished } from 'node:stream';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { problemOf } from '#libs/http/problem-of.js';
import { sendProblem } from '#libs/http/send-problem.js';
import { systemClock } from '#libs/kernel/clock.js';
import { Fault } from '#libs/kernel/errors.js';
import { Pace } from './pace.js';

/** How many orders may be under way, from their request to their answer. */
export const ORDERS_AT_ONCE = Symbol('ORDERS_AT_ONCE');

const busy = problemOf(new Fault('as many orders are under way as may'), {});
const saidEveryMs = 10_000;

/** A refusal takes a fifth of a millisecond: clients that come again at once must not make it all that is done. */
const refusals = { perSecond: 1_000, burst: 250, clock: systemClock };

/**
 * Turns new orders away while as many are under way as may, before their bodies are read: under overload most of the
 * work would go into requests that are refused in the end, and be missing where orders are carried on. For the same
 * reason it makes no error and no log line of each.
 */
@Injectable()
export class TurnAway implements OnModuleInit {
  private readonly log = new Logger(TurnAway.name);
  private readonly pace = new Pace(refusals);
  private underWay = 0;
  private unsaid = 0;
  private saidAtMs = -Infinity;

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    @Inject(ORDERS_AT_ONCE) private readonly most: number,
  ) {}

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().addHook('onRequest', (request, reply, done) => {
      if (request.method !== 'POST' || request.routeOptions.url !== '/api/orders') return done();
      if (this.underWay >= this.most) {
        this.count();
        this.pace.run(() => sendProblem(reply, busy));
        return;
      }
      this.underWay += 1;
      // Also when the caller is gone before there is an answer.
      finished(reply.raw, () => (this.underWay -= 1));
      done();
    });
  }

  private count(): void {
    this.unsaid += 1;
    const nowMs = systemClock.monotonicMs();
    if (nowMs - this.saidAtMs < saidEveryMs) return;
    this.log.warn('new orders are turned away', { count: this.unsaid, limit: this.most });
    this.unsaid = 0;
    this.saidAtMs = nowMs;
  }
}
