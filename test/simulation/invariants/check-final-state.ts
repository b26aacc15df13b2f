import { invariants } from '../../../tools/invariants/invariants.js';
import { products } from '../../../apps/inventory-service/src/persistence/product.row.js';
import { catalogueProducts } from '../../../apps/order-service/src/persistence/catalogue-product.row.js';
import { orders, type OrderRow } from '../../../apps/order-service/src/persistence/order.row.js';
import type { Customer } from '../actors/customer.js';
import type { SimulatedSystem } from '../simulated-system.js';
import type { Report } from './commit-observer.js';
import { snapshotOf } from './snapshot-of.js';

/** When the system is idle, or should be. */
export function checkFinalState({
  databases,
  broker,
  bank,
  customers,
  journal,
  rogueClient,
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
  checkOrders(databases.orders.rows(orders), customers, report);
  for (const { sku, version, priceMinor } of databases.inventory.all(products)) {
    const copy = databases.orders.peek(catalogueProducts, sku);
    if (copy?.version !== version || copy.priceMinor !== priceMinor) {
      report('the catalogue is a copy of the products', `${sku}: ${copy?.version} of ${version}`);
    }
  }
  journal.checkFinalState();
  for (const id of rogueClient.notParked)
    report('what cannot be read, or is about another thing, is parked', id);
  for (const { status, details } of databases.orders.all(orders)) {
    world.coverage.count(`order.${status}${details.reason ? ` ${details.reason.code}` : ''}`);
  }
}

function checkOrders(rows: readonly OrderRow[], customers: readonly Customer[], report: Report): void {
  const placed = new Map(rows.map((row) => [row.id, row]));
  if (new Set(rows.map(({ number }) => number)).size !== rows.length) {
    report('no number is given twice', rows.map(({ number }) => number).join());
  }
  for (const { name, note, order, isSaidToBeUndone } of customers) {
    const own = note === undefined ? [] : rows.filter(({ details }) => details.note === note);
    const known = order ? [placed.get(order.id)] : own;
    if (order && !known[0]) report('every request has one order', `${name} was told of ${order.id}`);
    if (own.length > 1) report('every request has one order', `${name} has ${own.length}`);
    if (own.length > 0 && isSaidToBeUndone) report('what is said to be undone is not done', name);
    for (const row of known) if (row) placed.delete(row.id);
  }
  for (const id of placed.keys()) report('every request has one order', `nobody knows of order ${id}`);
}
