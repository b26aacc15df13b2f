import { beforeAll, describe, expect, it } from '@jest/globals';
import { registry } from '#libs/observability/metrics.js';
import { InMemoryOrderService } from '../testing/in-memory-order-service.js';
import { transitions } from '../domain/order-status.js';
import { OrderMetrics } from './order-metrics.js';

const transition = (from: string, to: string, count: number): string =>
  `orders_status_transitions_total{from="${from}",to="${to}"} ${count}`;

describe('the metrics of orders', () => {
  let page: string;

  beforeAll(async () => {
    const service = await InMemoryOrderService.open();
    new OrderMetrics(service.units);
    const [cancelled, delivered, called] = [
      await service.confirmed(),
      await service.confirmed(),
      await service.place(),
    ];
    await service.cancel(called.id);
    await service.answerAll();
    await service.setStatus(cancelled.id, { status: 'PREPARING' });
    await service.cancel(cancelled.id);
    await service.answerAll();
    await service.setStatus(delivered.id, { status: 'PREPARING' });
    await service.setStatus(delivered.id, { status: 'SHIPPED', trackingNumber: 'T-1' });
    await service.setStatus(delivered.id, { status: 'DELIVERED' });
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
    expect(page).not.toMatch(/from="PENDING",to="PENDING"/);
  });

  it('have a series for each transition that the domain allows, and for no other', () => {
    const series = [...page.matchAll(/^orders_status_transitions_total\{from="(\w+)",to="(\w+)"\}/gm)];
    const allowed = Object.entries(transitions).flatMap(([from, next]) =>
      next.filter((to) => to !== from).map((to) => `${from} ${to}`),
    );
    expect(series.map(([, from, to]) => `${from} ${to}`).sort()).toEqual(allowed.sort());
  });
});
