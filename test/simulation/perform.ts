import type { PlannedOperation } from './plan.js';
import type { SimulatedShop } from './simulated-system.js';

/** Performs it now, unless it is about an order that nobody has placed yet. */
export function perform(shop: SimulatedShop, operation: PlannedOperation): void {
  const { schedule, coverage, trace } = shop.world;
  trace.note('world', () => JSON.stringify(operation));
  coverage.count(`operation.${operation.kind}`);
  if ('order' in operation) return performOnOrder(shop, operation);
  switch (operation.kind) {
    case 'kill':
      return shop.cluster.kill(operation.service, operation.index, operation.downMs);
    case 'service-down':
      return shop.cluster.takeDown(operation.service, operation.forMs);
    case 'database-away': {
      const database = shop.databases[operation.service];
      database.isAway = true;
      schedule.after(operation.forMs, () => (database.isAway = false));
      return;
    }
    case 'broker-away':
      shop.broker.goAway();
      schedule.after(operation.forMs, () => shop.broker.comeBack());
      return;
    case 'deploy':
      return shop.cluster.deploy(operation.index);
    case 'price-changes':
      return shop.shopkeeper.changePrice(operation.sku);
    case 'stock-arrives':
      return shop.shopkeeper.addStock(operation.sku);
  }
}

function performOnOrder(
  shop: SimulatedShop,
  { kind, order }: Extract<PlannedOperation, { order: number }>,
): void {
  const customer = shop.customers[order];
  const orderId = customer?.orderId;
  if (!customer || orderId === undefined) return;
  switch (kind) {
    case 'customer-cancels':
      return customer.cancel();
    case 'staff-takes-on':
      return shop.staff.takeOn(orderId);
    case 'operator-rolls-back':
      return shop.operator.rollBack(orderId);
    case 'operator-retries':
      return shop.operator.retry(orderId);
    case 'operator-resolves':
      return shop.operator.resolve(orderId);
    case 'rogue-client-answers':
      return shop.rogueClient.answer(orderId);
  }
}
