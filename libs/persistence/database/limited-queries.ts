import type { PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import { systemClock } from '#libs/kernel/clock.js';
import { TooManyRequests } from '#libs/kernel/errors.js';
import { within } from '#libs/kernel/within.js';
import { counter } from '#libs/observability/metrics.js';
import { currentContext, type RequestContext } from '#libs/observability/request-context.js';
import { classify } from './database-errors.js';
import { ConnectionLost, Overloaded, ServerFailing } from './errors.js';
import { FairPlaces, type Ticket } from './fair-places.js';
import { placeLimits, queryLimits, type LimitedUse } from './query-limits.js';
import { closeNow } from './session.js';

const places = new WeakMap<DataSource, FairPlaces>();

/** Shared by all databases: otherwise a caller who was let in to the first could wait without bound for the second. */
const waitingOf = new Map<string | null, number>();

/** Callers without a connection; null for a pool without limits. */
export const waitingFor = (source: DataSource): number | null => places.get(source)?.waiting ?? null;

const declareGivenUp = () =>
  counter({
    name: 'orders_db_queries_given_up_total',
    help: 'Queries without a result: as many waited as may, or as many of one caller, or their time was over.',
    labels: { use: Object.keys(queryLimits) as LimitedUse[], reason: ['full', 'share', 'late'] },
  });

/**
 * Every query through this source, by a repository, a query builder or as SQL, has a time limit, waits its turn among the
 * callers, and fails as what `classify` makes of its error. Below TypeORM, so that there is no way past it.
 *
 * @throws (each query) Overloaded, TooManyRequests: not asked; ConnectionLost: no answer; or what the server says.
 */
export function limitQueries(source: DataSource, use: LimitedUse, connections: number): void {
  const fairPlaces = new FairPlaces(placeLimits(use, connections), waitingOf);
  places.set(source, fairPlaces);
  declareGivenUp();
  const { driver } = source;
  const createQueryRunner = driver.createQueryRunner.bind(driver);
  driver.createQueryRunner = (mode) => {
    const runner = createQueryRunner(mode);
    const limited = new LimitedRunner(runner, use, fairPlaces);
    return Object.assign(runner, {
      connect: () => limited.connect(),
      query: (...query: Query) => limited.query(...query),
      release: () => limited.release(),
    });
  };
}

type Query = Parameters<QueryRunner['query']>;

/** Requests that have had a place. They are carried to their end: what was done for them would be lost otherwise. */
const letIn = new WeakSet<RequestContext>();

/** A query runner and its connection, from the wait for one until it is given back or given up. */
class LimitedRunner {
  private readonly plain: Pick<QueryRunner, 'connect' | 'query' | 'release'>;
  private connecting: Promise<PoolConnection> | undefined;
  private ticket: Ticket | undefined;
  private isServed = false;
  private connection: PoolConnection | undefined;
  private isOver = false;

  constructor(
    runner: QueryRunner,
    private readonly use: LimitedUse,
    private readonly places: FairPlaces,
  ) {
    this.plain = {
      connect: runner.connect.bind(runner),
      query: runner.query.bind(runner) as QueryRunner['query'],
      release: runner.release.bind(runner),
    };
  }

  connect(): Promise<PoolConnection> {
    return this.inTime(() => this.connected());
  }

  query(...query: Query): Promise<unknown> {
    return this.inTime(async () => {
      await this.connected();
      return this.plain.query(...query) as Promise<unknown>;
    });
  }

  async release(): Promise<void> {
    await this.plain.release();
    this.end();
  }

  private async inTime<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isOver) throw new ConnectionLost('the connection was given up before');
    try {
      return await within(this.millisecondsLeft(), work, () => {
        throw this.giveUp();
      });
    } catch (error) {
      const failure = classify(error);
      // Also when the server has said so itself: after a fail-over this connection leads to the old one, and what is put
      // right in the server's settings is so for new sessions.
      if (failure instanceof ConnectionLost || failure instanceof ServerFailing) this.drop();
      throw failure;
    }
  }

  private millisecondsLeft(): number {
    const milliseconds = queryLimits[this.use].seconds * 1_000;
    const answerByMs = this.context?.answerByMs ?? Infinity;
    return Math.max(0, Math.min(milliseconds, answerByMs - systemClock.monotonicMs()));
  }

  /** The caller's. What the process does by itself is nobody's, though a request may have set it off. */
  private get context(): RequestContext | undefined {
    return this.use === 'queries' ? currentContext() : undefined;
  }

  private connected(): Promise<PoolConnection> {
    return (this.connecting ??= this.waitAndConnect());
  }

  private async waitAndConnect(): Promise<PoolConnection> {
    const ticket = (this.ticket = this.enter());
    await ticket.served;
    this.isServed = true;
    try {
      const connection = (await this.plain.connect()) as PoolConnection;
      if (this.isOver) {
        // Nobody waits for it any more, but there is nothing wrong with it.
        connection.release();
        ticket.giveBack();
      } else this.connection = connection;
      return connection;
    } catch (error) {
      ticket.giveBack();
      // Whatever it is (a wrong password, no such database), the caller is not to blame for it.
      throw new ConnectionLost(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  private enter(): Ticket {
    const { context } = this;
    try {
      const ticket = this.places.enter(context?.caller ?? null, {
        isKnown: context !== undefined && letIn.has(context),
        forMany: context?.callerIsStaff ?? false,
      });
      if (context) letIn.add(context);
      return ticket;
    } catch (error) {
      this.count(error instanceof TooManyRequests ? 'share' : 'full');
      throw error;
    }
  }

  private giveUp(): Error {
    this.count('late');
    if (this.isServed) return new ConnectionLost('the database has not answered in time');
    this.end();
    return new Overloaded('no connection was free in time');
  }

  private drop(): void {
    if (this.connection) closeNow(this.connection);
    this.end();
  }

  private end(): void {
    this.isOver = true;
    // A connection that is still being opened keeps its place until that has ended, either way.
    if (this.connection || !this.isServed) this.ticket?.giveBack();
  }

  private count(reason: 'full' | 'share' | 'late'): void {
    declareGivenUp().inc({ use: this.use, reason });
  }
}
