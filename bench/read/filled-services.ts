import type { BenchContext } from '../section.js';
import type { ServiceShop } from '../system-under-test/services-under-test.js';
import { copySpecimens, fill } from './fill/fill.js';
import { Population } from './fill/population.js';
import { makePendingSpecimens, makeSpecimens } from './fill/specimens.js';

export interface FilledShop {
  readonly shop: ServiceShop;
  readonly population: Population;
  readonly fillSeconds: number;
}

/**
 * A shop with so many orders, of which only the API is left running: a worker would go on with the sagas that are copied
 * in mid-step, and clear away what is old.
 */
export async function openFilledShop(context: BenchContext, orders: number): Promise<FilledShop> {
  const shop = await context.openShop({ checked: false });
  const specimens = await makeSpecimens(shop);
  await shop.stop('payment-service');
  specimens.push(...(await makePendingSpecimens(shop)));
  const copies = await copySpecimens(shop.places, specimens);
  await shop.start({ service: 'payment-service' });
  await shop.rest();
  for (const name of ['order-service', 'inventory-service', 'payment-service']) await shop.stop(name);

  const population = new Population(orders, Date.now());
  context.say(`filling in ${orders.toLocaleString('en-US')} orders`);
  const from = performance.now();
  await fill(shop.places, copies, population);
  const fillSeconds = (performance.now() - from) / 1000;
  await shop.start({ service: 'order-service', environment: { ROLES: 'api' } });
  return { shop, population, fillSeconds };
}
