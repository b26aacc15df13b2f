import { invariants } from '../../../tools/invariants/invariants.js';
import { products } from '../../../apps/inventory-service/src/persistence/product.row.js';
import { catalogueProducts } from '../../../apps/order-service/src/persistence/catalogue-product.row.js';
import { orders } from '../../../apps/order-service/src/persistence/order.row.js';
import type { SimulatedSystem } from '../simulated-system.js';
import { snapshotOf } from './snapshot-of.js';

/** When the system is idle, or should be. */
export function checkFinalState({
  databases,
  broker,
  bank,
  customers,
  journal,
  report,
  world,
}: SimulatedSystem): void {
  const snapshot = snapshotOf(databases, broker, bank);
  for (const { name, violations } of invariants) {
    for (const detail of violations(snapshot)) report(name, detail);
  }
  for (const { name, isServed } of customers) {
    if (!isServed) report('every customer is answered', name);
  }
  const wanted = customers.flatMap(({ order }) => (order ? [order.id] : []));
  const orderCount = databases.orders.count(orders);
  if (new Set(wanted).size !== orderCount) {
    report('every request has one order', `${wanted.length} requests, ${orderCount} orders`);
  }
  for (const { sku, version, priceMinor } of databases.inventory.all(products)) {
    const copy = databases.orders.peek(catalogueProducts, sku);
    if (copy?.version !== version || copy.priceMinor !== priceMinor) {
      report('the catalogue is a copy of the products', `${sku}: ${copy?.version} of ${version}`);
    }
  }
  journal.checkFinalState();
  for (const { status, details } of databases.orders.all(orders)) {
    world.coverage.count(`order.${status}${details.reason ? ` ${details.reason.code}` : ''}`);
  }
}
