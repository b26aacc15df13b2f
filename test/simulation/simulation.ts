import { Logger } from '@nestjs/common';
import { replaceChance } from '#libs/kernel/chance.js';
import { outboxTable } from '#libs/messaging/outbox.row.js';
import { isFinished } from '#libs/saga/instance.js';
import { instanceOfRow, sagas } from '#libs/saga/saga.row.js';
import { products } from '../../apps/inventory-service/src/persistence/product.row.js';
import { orders } from '../../apps/order-service/src/persistence/order.row.js';
import { catalogueProducts } from '../../apps/order-service/src/catalogue/catalogue-product.row.js';
import { invariants } from '../../tools/invariants/invariants.js';
import { Customer } from './actors/customer.js';
import { Operator } from './actors/operator.js';
import { Shopkeeper } from './actors/shopkeeper.js';
import { Stranger } from './actors/stranger.js';
import { WarehouseStaff } from './actors/warehouse-staff.js';
import { MessageJournal } from './invariants/watch-messages.js';
import { snapshotOf } from './invariants/snapshot-of.js';
import { watchOrders } from './invariants/watch-orders.js';
import { watchSagas } from './invariants/watch-sagas.js';
import { watchStock } from './invariants/watch-stock.js';
import { watchLedger, watchTruth } from './invariants/watch-truth.js';
import { faultyMs, type Happening, type Plan } from './plan.js';
import { Cluster, type Databases } from './services/cluster.js';
import type { Parts } from './services/parts.js';
import { Coverage } from './world/coverage.js';
import { Faults } from './world/faults.js';
import { Schedule } from './world/schedule.js';
import { SeededChance } from './world/seeded-chance.js';
import { SimulatedBroker } from './world/simulated-broker.js';
import { SimulatedDatabase } from './world/simulated-database.js';
import { SimulatedProvider } from './world/simulated-provider.js';
import type { World } from './world/simulation-world.js';
import { describeCommit } from './world/describe-commit.js';
import { Trace } from './world/trace.js';

export interface Violation {
  readonly invariant: string;
  readonly detail: string;
}

export interface RunResult {
  /** The first; null when all held. */
  readonly violation: Violation | null;
  readonly coverage: Coverage;
  readonly trace: Trace;
  readonly eventCount: number;
  readonly simulatedMs: number;
}

export interface RunOptions {
  readonly parts?: Parts;
  readonly keepTrace?: boolean;
}

const start = new Date('2026-01-01T00:00:00.000Z');

/** After the faults have stopped, everything has to have come to its end within this. */
const calmMs = 4 * 3600_000;
const lookEveryMs = 2_000;

/** One run: the same for the same plan and parts, however often. Never two at a time in one process. */
export async function simulate(plan: Plan, options: RunOptions = {}): Promise<RunResult> {
  Logger.overrideLogger(false);
  const schedule = new Schedule(start);
  const chance = new SeededChance(plan.seed * 1_000 + plan.salt + 1, () => schedule.now);
  const putBack = replaceChance(chance);
  try {
    return await new Run(plan, options, schedule, chance).toItsEnd();
  } finally {
    putBack();
  }
}

class Run {
  private readonly world: World;
  readonly #broker: SimulatedBroker;
  readonly #bank: SimulatedProvider;
  readonly #databases: Databases;
  readonly #cluster: Cluster;
  readonly #journal: MessageJournal;
  readonly #customers: readonly Customer[];
  readonly #operator: Operator;
  readonly #stranger: Stranger;
  readonly #staff: WarehouseStaff;
  readonly #shopkeeper: Shopkeeper;
  #violation: Violation | null = null;

  constructor(
    plan: Plan,
    { parts = {}, keepTrace = false }: RunOptions,
    private readonly schedule: Schedule,
    chance: SeededChance,
  ) {
    const coverage = new Coverage();
    const faults = new Faults(plan.faults, chance, coverage);
    const trace = new Trace(() => schedule.now, start.getTime(), keepTrace);
    const world: World = { schedule, chance, faults, coverage, trace };
    this.world = world;
    this.#broker = new SimulatedBroker(world);
    this.#bank = new SimulatedProvider(world, (entry, what) => {
      trace.note('bank', () => `${what} ${entry.key} for order ${entry.orderId}`);
      watchLedger(this.#bank, this.#report)(entry, what);
    });
    this.#databases = {
      orders: new SimulatedDatabase('orders', world),
      views: new SimulatedDatabase('views', world),
      inventory: new SimulatedDatabase('inventory', world),
      payments: new SimulatedDatabase('payments', world),
    };
    this.#journal = new MessageJournal(coverage, this.#report);
    this.#watch();
    const around = { world, broker: this.#broker, parts };
    this.#cluster = new Cluster(around, this.#databases, this.#bank, plan.processes);
    this.#operator = new Operator(world, this.#cluster, this.#databases, this.#bank, this.#report);
    this.#staff = new WarehouseStaff(world, this.#cluster, this.#databases, this.#report);
    this.#stranger = new Stranger(world, this.#databases, this.#broker);
    this.#shopkeeper = new Shopkeeper(world, this.#cluster, plan.stock);
    this.#customers = plan.orders.map(
      (order, index) => new Customer(world, this.#cluster, order, index, this.#report),
    );
    for (const happening of plan.happenings) {
      schedule.after(happening.at, () => this.#happen(happening));
    }
  }

  async toItsEnd(): Promise<RunResult> {
    const { faults, trace, coverage } = this.world;
    const { schedule } = this;
    const isOver = (): boolean => this.#violation !== null;
    await schedule.runUntil(start.getTime() + faultyMs, isOver);
    if (!isOver()) {
      trace.note('world', () => 'the faults stop');
      faults.stop();
      this.#calm();
      const end = schedule.now + calmMs;
      while (!isOver() && !this.#isAtRest() && schedule.now < end) {
        await schedule.runUntil(schedule.now + lookEveryMs, isOver);
        this.#shopkeeper.redrive(this.#broker);
      }
      if (!isOver()) this.#lookAtTheEnd();
    }
    return {
      violation: this.#violation,
      coverage,
      trace,
      eventCount: schedule.eventCount,
      simulatedMs: schedule.now - start.getTime(),
    };
  }

  #watch(): void {
    const { trace, coverage } = this.world;
    const watchers = [
      watchOrders(this.#report),
      watchStock(this.#report),
      watchSagas(() => this.schedule.now, coverage, this.#report),
      watchTruth(this.#databases, this.#bank, this.#report),
    ];
    for (const database of Object.values(this.#databases) as SimulatedDatabase[]) {
      database.onCommitted((commit) => {
        trace.note(commit.by, () => `commits to ${commit.database}: ${describeCommit(commit)}`);
        this.#journal.committed(commit);
        for (const watch of watchers) watch(commit);
      });
    }
    this.#broker.onAccepted((message, queues) => {
      trace.note('broker', () => `takes ${message.type} ${message.id} for ${queues.join(', ') || 'nobody'}`);
      this.#journal.accepted(message);
    });
  }

  #happen(happening: Happening): void {
    const { schedule, coverage, trace } = this.world;
    coverage.count(`happening.${happening.kind}`);
    trace.note('world', () => JSON.stringify(happening));
    const customer = 'order' in happening ? this.#customers[happening.order] : undefined;
    const saga = customer?.orderId;
    switch (happening.kind) {
      case 'kill':
        return this.#cluster.kill(happening.service, happening.index, happening.downMs);
      case 'service-down':
        return this.#cluster.takeDown(happening.service, happening.forMs);
      case 'database-away': {
        const database = this.#databases[happening.service];
        database.isAway = true;
        schedule.after(happening.forMs, () => (database.isAway = false));
        return;
      }
      case 'broker-away':
        this.#broker.goAway();
        schedule.after(happening.forMs, () => this.#broker.comeBack());
        return;
      case 'deploy':
        return this.#cluster.deploy(happening.index);
      case 'customer-cancels':
        return customer?.cancel();
      case 'staff-takes-on':
        if (saga) this.#staff.takeOn(saga);
        return;
      case 'operator-rolls-back':
        if (saga) this.#operator.rollBack(saga);
        return;
      case 'operator-retries':
        if (saga) this.#operator.retry(saga);
        return;
      case 'operator-resolves':
        if (saga) this.#operator.resolve(saga);
        return;
      case 'stranger-answers':
        if (saga) this.#stranger.answer(saga);
        return;
      case 'price-changes':
        return void this.#shopkeeper.changePrice(happening.sku);
      case 'stock-arrives':
        return void this.#shopkeeper.addStock(happening.sku);
    }
  }

  #calm(): void {
    for (const database of Object.values(this.#databases) as SimulatedDatabase[]) database.isAway = false;
    if (this.#broker.isAway) this.#broker.comeBack();
    this.#cluster.bringUp();
  }

  #isAtRest(): boolean {
    const { orders: writes, inventory, payments } = this.#databases;
    return (
      this.#customers.every(({ isServed }) => isServed) &&
      [...writes.all(sagas)].every((saga) => isFinished(instanceOfRow(saga))) &&
      [writes, inventory, payments].every((database) => database.count(outboxTable) === 0) &&
      [...this.#broker.depths().values()].every((depth) => depth === 0) &&
      this.#bank.underWay === 0 &&
      this.#staff.isServed &&
      this.#shopkeeper.isDone
    );
  }

  #lookAtTheEnd(): void {
    const snapshot = snapshotOf(this.#databases, this.#broker, this.#bank);
    for (const { name, violations } of invariants) {
      for (const detail of violations(snapshot)) this.#report(name, detail);
    }
    for (const { name, isServed } of this.#customers) {
      if (!isServed) this.#report('every customer is answered', name);
    }
    const wanted = this.#customers.flatMap(({ order }) => (order ? [order.id] : []));
    const orderCount = this.#databases.orders.count(orders);
    if (new Set(wanted).size !== orderCount) {
      this.#report('every request has one order', `${wanted.length} requests, ${orderCount} orders`);
    }
    for (const row of this.#databases.inventory.all(products)) {
      const copy = this.#databases.orders.peek(catalogueProducts, row.sku);
      if (copy?.version !== row.version || copy.priceMinor !== row.priceMinor) {
        this.#report(
          'the catalogue is a copy of the products',
          `${row.sku}: ${copy?.version} of ${row.version}`,
        );
      }
    }
    this.#journal.atTheEnd();
    for (const { status, details } of this.#databases.orders.all(orders)) {
      this.world.coverage.count(`order.${status}${details.reason ? ` ${details.reason.code}` : ''}`);
    }
  }

  readonly #report = (invariant: string, detail: string): void => {
    this.world.trace.note('VIOLATION', () => `${invariant}: ${detail}`);
    this.#violation ??= { invariant, detail };
  };
}
