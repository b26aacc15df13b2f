import { beforeAll, describe, expect, it } from '@jest/globals';
import { registry } from '#libs/observability/metrics.js';
import { Shop } from '../testing/in-memory-order-service.js';
import { OrderMetrics } from './order-metrics.js';

const transition = (from: string, to: string, count: number): string =>
  `orders_status_transitions_total{from="${from}",to="${to}"} ${count}`;

describe('the metrics of orders', () => {
  let page: string;

  beforeAll(async () => {
    const shop = await Shop.open();
    new OrderMetrics(shop.units);
    const [cancelled, delivered, called] = [
      await shop.confirmed(),
      await shop.confirmed(),
      await shop.place(),
    ];
    await shop.cancel(called.id);
    await shop.answerAll();
    await shop.setStatus(cancelled.id, { status: 'PREPARING' });
    await shop.cancel(cancelled.id);
    await shop.answerAll();
    await shop.setStatus(delivered.id, { status: 'PREPARING' });
    await shop.setStatus(delivered.id, { status: 'SHIPPED', trackingNumber: 'T-1' });
    await shop.setStatus(delivered.id, { status: 'DELIVERED' });
    page = await registry.metrics();
  });

  it.each([
    transition('PENDING', 'CONFIRMED', 2),
    transition('PENDING', 'REJECTED', 1),
    transition('CONFIRMED', 'PREPARING', 2),
    transition('PREPARING', 'CANCELLING', 1),
    transition('CANCELLING', 'CANCELLED', 1),
    transition('PREPARING', 'SHIPPED', 1),
    transition('SHIPPED', 'DELIVERED', 1),
    'orders_placed_total{channel="http"} 3',
  ])('count %s', (line) => {
    expect(page).toContain(line);
  });

  it('count no transition where only a request was noted', () => {
    expect(page).toContain(transition('PENDING', 'PENDING', 0));
  });
});
