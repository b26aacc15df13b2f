import type { BenchContext } from '../section.js';
import type { ServicesUnderTest } from '../system-under-test/services-under-test.js';
import { copySpecimens, fill } from './fill/fill.js';
import { Population } from './fill/population.js';
import { makePendingSpecimens, makeSpecimens } from './fill/specimens.js';

export interface FilledServices {
  readonly services: ServicesUnderTest;
  readonly population: Population;
  readonly fillSeconds: number;
}

/**
 * Services with so many orders, of which only the API is left running: a worker would continue the sagas that are copied
 * in mid-step, and prune what is old.
 */
export async function openFilledServices(context: BenchContext, orders: number): Promise<FilledServices> {
  const services = await context.openServices({ checked: false });
  const specimens = await makeSpecimens(services);
  await services.stop('payment-service');
  specimens.push(...(await makePendingSpecimens(services)));
  const copies = await copySpecimens(services.places, specimens);
  await services.start({ service: 'payment-service' });
  await services.untilIdle();
  for (const name of ['order-service', 'inventory-service', 'payment-service']) await services.stop(name);

  const population = new Population(orders, Date.now());
  context.say(`filling in ${orders.toLocaleString('en-US')} orders`);
  const from = performance.now();
  await fill(services.places, copies, population);
  const fillSeconds = (performance.now() - from) / 1000;
  await services.start({ service: 'order-service', environment: { ROLES: 'api' } });
  return { services, population, fillSeconds };
}
