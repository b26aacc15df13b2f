import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { OwnOrder } from '../../tools/faults/greedy-habits.js';
import { eventually } from '../support/eventually.js';
import { retryRequest } from '../support/retry-request.js';
import { expectInvariants } from '../support/invariants.js';
import { OrderClient } from '../support/order-client.js';
import { OrderLoad, type OrderLoadOptions } from '../support/order-load.js';
import { pick, seeded, type Random } from '../support/random.js';
import type { Stack } from '../support/stack.js';
import { countRunningSagas, countsOf, readOrders, report } from './fault-report.js';

type LoadOptions = Omit<OrderLoadOptions, 'urls' | 'token' | 'random'>;

export interface FaultRunOptions extends LoadOptions {
  /** What is done to the stack, for the report. */
  readonly title: string;
  /** Default: the first order-service. */
  readonly urls?: readonly string[];
  /** Every saga from before the end of the last fault has to have ended this long after it. */
  readonly endsWithinMs?: number;
}

/** How long everything may take to come to rest once nothing is broken any more: a whole retry delay and more. */
const restMs = 120_000;

/** Orders placed by many clients while a test breaks something, and the account of what became of them. */
export class FaultRun {
  readonly load: OrderLoad;
  private lastFaultOver = new Date();
  private readonly notes: string[] = [];
  /** Orders that a test has placed itself. */
  private readonly ownOrders = new Set<string>();

  private constructor(
    private readonly stack: Stack,
    private readonly title: string,
    private readonly urls: readonly string[],
    /** For a test's own random choices. */
    readonly seed: number,
    private readonly random: Random,
    private readonly earlier: ReadonlySet<string>,
    options: FaultRunOptions,
  ) {
    this.load = new OrderLoad({ ...options, urls, random, token: (customer) => stack.token(customer) });
  }

  /** Places an order apart from the load. Its customer may do with it what no client of the load does. */
  async placeOwn(customer: string, body: object): Promise<OwnOrder> {
    const key = randomUUID();
    const { answer } = await retryRequest((client) => client.place(body, { 'idempotency-key': key }), [201], {
      urls: this.urls,
      token: this.stack.token(customer),
      random: this.random,
      maxWaitMs: 120_000,
      firstUrl: 0,
      what: 'an order of the test',
    });
    this.ownOrders.add(answer.body.id);
    return { id: answer.body.id, key, body };
  }

  /** What the load's failed tries came to, so far. */
  get failures(): readonly string[] {
    return this.load.placed.flatMap(({ failures }) => failures.map(({ outcome }) => outcome));
  }

  /** A line for the report. */
  note(text: string): void {
    this.notes.push(text);
  }

  /** A line for the report: how many of each kind there were. */
  count(kinds: readonly string[]): void {
    this.note(countsOf(kinds));
  }

  /**
   * Breaks things with `faults` while orders are being placed (chosen by FAULT_SEED, or a seed by chance), then waits
   * until all is at rest: what the clients were promised is exactly what there is, a key that is asked for again gives
   * the same order, and all invariants hold. Prints the results.
   */
  static async under(
    stack: Stack,
    options: FaultRunOptions,
    faults: (run: FaultRun) => Promise<void>,
  ): Promise<FaultRun> {
    const run = await FaultRun.start(stack, options);
    try {
      await run.untilPlaced(2 * options.clients);
      await faults(run);
    } catch (error) {
      // Whatever becomes of the load now is only a consequence.
      await run.load.stop().catch(() => undefined);
      throw error;
    }
    await run.load.stop();
    if (options.endsWithinMs !== undefined) await run.expectSagasEnd(options.endsWithinMs);
    await run.expectNothingLost();
    return run;
  }

  private static async start(stack: Stack, options: FaultRunOptions): Promise<FaultRun> {
    const { title, urls = [stack.orderUrl] } = options;
    const seed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    process.stdout.write(`${title}: FAULT_SEED=${seed}\n`);
    await catalogueOf(stack, urls);
    const earlier = new Set((await readOrders(stack.databases.url('orders'))).map(({ id }) => id));
    return new FaultRun(stack, title, urls, seed, seeded(seed), earlier, options);
  }

  /** Waits until this many more orders have been placed. */
  async untilPlaced(more: number, withinMs = 60_000): Promise<void> {
    const from = this.load.placed.length;
    await eventually(() => {
      const placed = this.load.placed.length - from;
      if (placed < more) throw new Error(`${placed} of ${more} orders were placed`);
    }, withinMs);
  }

  /** From here on nothing is broken. */
  faultOver(): void {
    this.lastFaultOver = new Date();
  }

  private async expectSagasEnd(withinMs: number): Promise<void> {
    const left = withinMs - (Date.now() - Number(this.lastFaultOver));
    const running = () => countRunningSagas(this.stack.databases.url('orders'), this.lastFaultOver);
    await eventually(async () => expect(await running()).toBe(0), left);
    const seconds = (Date.now() - Number(this.lastFaultOver)) / 1000;
    this.note(`${seconds.toFixed(1)} s after the last fault every saga from before had ended`);
  }

  private async expectNothingLost(): Promise<void> {
    await expectInvariants(this.stack, restMs);
    const { placed } = this.load;
    const all = await readOrders(this.stack.databases.url('orders'));
    const orders = all.filter(({ id }) => !this.earlier.has(id) && !this.ownOrders.has(id));
    const promised = placed.map(({ id }) => id).sort();
    expect(orders.map(({ id }) => id).sort()).toEqual(promised);
    await this.expectSameAnswers();
    const results = report({ begun: this.load.begun, placed, orders, lastFaultOver: this.lastFaultOver });
    process.stdout.write(
      [`${this.title} (FAULT_SEED=${this.seed}):`, ...results, ...this.notes].join('\n  ') + '\n',
    );
  }

  private async expectSameAnswers(): Promise<void> {
    const { placed } = this.load;
    const repeated = placed.filter(({ failures }) => failures.length > 0);
    const sample = [...repeated.slice(0, 20), ...Array.from({ length: 10 }, () => pick(this.random, placed))];
    for (const { id, key, customer, body } of sample) {
      const client = new OrderClient(pick(this.random, this.urls), this.stack.token(customer));
      const answer = await client.place(body, { 'idempotency-key': key });
      expect([answer.status, answer.body.id]).toEqual([201, id]);
    }
  }
}

async function catalogueOf(stack: Stack, urls: readonly string[]): Promise<void> {
  await eventually(async () => {
    for (const url of urls) {
      const client = new OrderClient(url, stack.token('customer-0'));
      const { body } = await client.get<{ total: number }>('/api/products?limit=1');
      if (body.total < 40) throw new Error(`${url} knows ${body.total} products so far`);
    }
  }, 30_000);
}
