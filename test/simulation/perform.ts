import { newId } from '#libs/kernel/ids.js';
import { intruderOn, type PlannedOperation } from './plan.js';
import type { SimulatedSystem } from './simulated-system.js';

/** Performs it now, unless it is about an order that nobody has placed yet. */
export function perform(system: SimulatedSystem, operation: PlannedOperation): void {
  const { schedule, coverage, trace } = system.world;
  trace.note('world', () => JSON.stringify(operation));
  coverage.count(`operation.${operation.kind}`);
  if ('order' in operation) return performOnOrder(system, operation);
  switch (operation.kind) {
    case 'kill':
      return system.cluster.kill(operation.service, operation.index, operation.downMs);
    case 'service-down':
      return system.cluster.takeDown(operation.service, operation.forMs);
    case 'database-away': {
      const database = system.databases[operation.service];
      database.isAway = true;
      schedule.after(operation.forMs, () => (database.isAway = false));
      return;
    }
    case 'database-fails': {
      const database = system.databases[operation.service];
      database.failure = operation.says;
      schedule.after(operation.forMs, () => (database.failure = null));
      return;
    }
    case 'broker-away':
      system.broker.goAway();
      schedule.after(operation.forMs, () => system.broker.comeBack());
      return;
    case 'deploy':
      return system.cluster.deploy(operation.index);
    case 'books-are-compared':
      return system.accountant.compare();
    case 'findings-are-fixed':
      return system.accountant.fix();
    case 'price-changes':
      return system.shopkeeper.changePrice(operation.sku);
    case 'stock-arrives':
      return system.shopkeeper.addStock(operation.sku);
  }
}

function performOnOrder(
  system: SimulatedSystem,
  { kind, order }: Extract<PlannedOperation, { order: number }>,
): void {
  const customer = system.customers[order];
  const orderId = customer?.orderId;
  if (!customer || orderId === undefined) return;
  switch (kind) {
    case 'customer-cancels':
      return customer.cancel();
    case 'intruder-cancels':
      return system.intruder.cancel(customer, intruderOn(customer.planned));
    case 'intruder-reads':
      return system.intruder.read(customer, intruderOn(customer.planned));
    case 'customer-looks':
      return system.reader.look(orderId, customer.planned.customer);
    case 'customer-lists':
      return system.reader.list(orderId, customer.planned.customer);
    case 'staff-takes-on':
      return system.staff.takeOn(orderId);
    case 'operator-rolls-back':
      return system.operator.rollBack(orderId);
    case 'operator-retries':
      return system.operator.retry(orderId);
    case 'operator-resolves':
      return system.operator.resolve(orderId);
    case 'stray-charge':
      return system.bank.stray(system.world.chance.random() < 0.7 ? orderId : newId());
    case 'rogue-client-answers':
      return system.rogueClient.answer(orderId);
  }
}
