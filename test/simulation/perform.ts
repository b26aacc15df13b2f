import type { Happening } from './plan.js';
import type { SimulatedShop } from './simulated-system.js';

/** Lets it happen, now. What is about an order that nobody has placed yet does not. */
export function happen(shop: SimulatedShop, happening: Happening): void {
  const { schedule, coverage, trace } = shop.world;
  trace.note('world', () => JSON.stringify(happening));
  coverage.count(`happening.${happening.kind}`);
  if ('order' in happening) return happenToOrder(shop, happening);
  switch (happening.kind) {
    case 'kill':
      return shop.cluster.kill(happening.service, happening.index, happening.downMs);
    case 'service-down':
      return shop.cluster.takeDown(happening.service, happening.forMs);
    case 'database-away': {
      const database = shop.databases[happening.service];
      database.isAway = true;
      schedule.after(happening.forMs, () => (database.isAway = false));
      return;
    }
    case 'broker-away':
      shop.broker.goAway();
      schedule.after(happening.forMs, () => shop.broker.comeBack());
      return;
    case 'deploy':
      return shop.cluster.deploy(happening.index);
    case 'price-changes':
      return shop.shopkeeper.changePrice(happening.sku);
    case 'stock-arrives':
      return shop.shopkeeper.addStock(happening.sku);
  }
}

function happenToOrder(shop: SimulatedShop, { kind, order }: Extract<Happening, { order: number }>): void {
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
    case 'stranger-answers':
      return shop.stranger.answer(orderId);
  }
}
