import { outboxTable } from '#libs/messaging/outbox/outbox.row.js';
import { isFinished } from '#libs/saga/engine/instance.js';
import { instanceOfRow, sagas } from '#libs/saga/runner/saga.row.js';
import { products } from '../../apps/inventory-service/src/persistence/product.row.js';
import { catalogueProducts } from '../../apps/order-service/src/persistence/catalogue-product.row.js';
import { orderViews } from '../../apps/order-service/src/queries/order-view/order-view.row.js';
import { orders as orderTable } from '../../apps/order-service/src/persistence/order.row.js';
import { Customer } from './actors/customer.js';
import { Operator } from './actors/operator.js';
import { Shopkeeper } from './actors/shopkeeper.js';
import { Accountant } from './actors/accountant.js';
import { Reader } from './actors/reader.js';
import { RogueClient } from './actors/rogue-client.js';
import { Intruder } from './actors/intruder.js';
import { WarehouseStaff } from './actors/warehouse-staff.js';
import { MessageJournal } from './invariants/watch-messages.js';
import { watchExpiredCharges, watchExpiredReservations, watchExpiries } from './invariants/watch-expiry.js';
import { watchOrders } from './invariants/watch-orders.js';
import { watchAnswers, watchSagas } from './invariants/watch-sagas.js';
import { watchReconciliation } from './invariants/watch-reconciliation.js';
import { watchStock } from './invariants/watch-stock.js';
import { watchLedger, watchTruth } from './invariants/watch-truth.js';
import type { Report } from './invariants/commit-observer.js';
import type { Plan } from './plan.js';
import { Cluster, type Databases } from './services/cluster.js';
import type { Parts } from './services/parts.js';
import { describeCommit } from './world/describe-commit.js';
import { SimulatedBroker } from './world/simulated-broker.js';
import { SimulatedDatabase } from './world/simulated-database.js';
import { SimulatedProvider } from './world/simulated-provider.js';
import { Untruths } from './world/untruths.js';
import type { World } from './world/simulation-world.js';

/** The three services with all that they run on, their clients, and the observers. */
export class SimulatedSystem {
  readonly broker: SimulatedBroker;
  readonly bank: SimulatedProvider;
  readonly databases: Databases;
  readonly cluster: Cluster;
  readonly journal: MessageJournal;
  readonly untruths = new Untruths();
  readonly customers: readonly Customer[];
  readonly operator: Operator;
  readonly accountant: Accountant;
  readonly rogueClient: RogueClient;
  readonly staff: WarehouseStaff;
  readonly intruder: Intruder;
  readonly reader: Reader;
  readonly shopkeeper: Shopkeeper;

  constructor(
    readonly world: World,
    plan: Plan,
    parts: Parts,
    readonly report: Report,
  ) {
    const { trace, coverage } = world;
    this.broker = new SimulatedBroker(world);
    this.journal = new MessageJournal(coverage, this.untruths, report);
    const checkCharge = watchExpiredCharges((id) => this.journal.sent(id), report);
    this.bank = new SimulatedProvider(
      world,
      (entry, what) => {
        trace.note('bank', () => `${what} ${entry.key} for order ${entry.orderId}`);
        watchLedger(this.bank, report)(entry, what);
      },
      checkCharge,
    );
    this.databases = {
      orders: new SimulatedDatabase('orders', world),
      views: new SimulatedDatabase('views', world),
      inventory: new SimulatedDatabase('inventory', world),
      payments: new SimulatedDatabase('payments', world),
    };
    this.#observe();
    const { broker, bank, databases, untruths } = this;
    const onShown: MessageJournal['shown'] = (order) => this.journal.shown(order);
    const cluster = new Cluster({ world, broker, parts, untruths, onShown }, databases, bank, plan.processes);
    this.cluster = cluster;
    this.accountant = new Accountant(world, cluster, databases, report);
    this.operator = new Operator(world, cluster, databases, bank, report);
    this.staff = new WarehouseStaff(world, cluster, databases, report);
    this.reader = new Reader(world, cluster, databases, report);
    this.intruder = new Intruder(world, cluster, report);
    this.rogueClient = new RogueClient(world, databases, broker);
    this.shopkeeper = new Shopkeeper(world, cluster, plan.stock);
    this.customers = plan.orders.map((order, index) => new Customer(world, cluster, order, index, report));
  }

  /** Brings all servers back and finishes the roll-out of a release. */
  recover(): void {
    for (const database of Object.values(this.databases) as SimulatedDatabase[]) {
      database.isAway = false;
      database.failure = null;
    }
    if (this.broker.isAway) this.broker.comeBack();
    this.cluster.bringUp();
    this.#busyAt = this.world.schedule.now;
  }

  /** Whether nobody waits for anything any more. */
  get isIdle(): boolean {
    const { orders, views, inventory, payments } = this.databases;
    return (
      this.customers.every(({ isServed }) => isServed) &&
      [...orders.all(sagas)].every((saga) => isFinished(instanceOfRow(saga))) &&
      [orders, inventory, payments].every((database) => database.count(outboxTable) === 0) &&
      [...this.broker.depths().values()].every((depth) => depth === 0) &&
      [...orders.all(orderTable)].every(
        ({ id, version }) => views.peek(orderViews, id)?.version === version,
      ) &&
      [...inventory.all(products)].every(
        ({ sku, version }) => orders.peek(catalogueProducts, sku)?.version === version,
      ) &&
      this.bank.underWay === 0 &&
      this.staff.isServed &&
      this.accountant.isIdle &&
      this.shopkeeper.isDone
    );
  }

  #busyAt = 0;

  /** Whether nobody waits for anything any more, and money that went astray has been found and given back. */
  isSettled(): boolean {
    const { bank, untruths, accountant } = this;
    if (this.isIdle) {
      const isAstray = bank.strays.size + untruths.payments.size > 0;
      return !isAstray || accountant.closeBooks(this.#busyAt);
    }
    this.#busyAt = this.world.schedule.now;
    return false;
  }

  #observe(): void {
    const { databases, broker, bank, journal, untruths, report } = this;
    const { trace, coverage, schedule } = this.world;
    const observers = [
      watchOrders(report),
      watchStock(report),
      watchSagas(() => schedule.now, coverage, report),
      watchAnswers((id) => this.rogueClient.isImpossible(id), report),
      watchTruth(databases, bank, untruths, report),
      watchReconciliation(databases, bank, untruths, coverage, report),
      watchExpiries(report),
      watchExpiredReservations((id) => journal.sent(id), coverage, report),
    ];
    for (const database of Object.values(databases) as SimulatedDatabase[]) {
      database.onCommitted((commit) => {
        trace.note(commit.by, () => `commits to ${commit.database}: ${describeCommit(commit)}`);
        journal.committed(commit);
        for (const observe of observers) observe(commit);
      });
    }
    broker.onLost((message) => journal.lost(message));
    broker.onAccepted((message, queues) => {
      trace.note('broker', () => `takes ${message.type} ${message.id} for ${queues.join(', ') || 'nobody'}`);
      journal.accepted(message);
    });
  }
}
