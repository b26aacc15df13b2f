import type { PlannedOperation } from './plan.js';
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
    case 'broker-away':
      system.broker.goAway();
      schedule.after(operation.forMs, () => system.broker.comeBack());
      return;
    case 'deploy':
      return system.cluster.deploy(operation.index);
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
    case 'staff-takes-on':
      return system.staff.takeOn(orderId);
    case 'operator-rolls-back':
      return system.operator.rollBack(orderId);
    case 'operator-retries':
      return system.operator.retry(orderId);
    case 'operator-resolves':
      return system.operator.resolve(orderId);
    case 'rogue-client-answers':
      return system.rogueClient.answer(orderId);
  }
}
