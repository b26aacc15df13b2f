import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { OrderRequests } from '../load/order-requests.js';
import type { SystemUnderTest } from '../system-under-test/system-under-test.js';

export interface LoneOrders {
  /** Not counted: until then much of the code has run too seldom to have been compiled. */
  readonly warmUps: number;
  readonly orders: number;
}

/**
 * Orders one after the other on a system that has nothing else to do.
 * @returns for each, in ms, the time from the request to the answer CONFIRMED
 */
export async function placeLoneOrders(
  system: SystemUnderTest,
  { warmUps, orders }: LoneOrders,
): Promise<number[]> {
  const requests = new OrderRequests(system.caller, 1);
  const took: number[] = [];
  for (let order = 0; order < warmUps + orders; order += 1) {
    const from = performance.now();
    const { headers, body } = requests.next();
    const response = await fetch(`${system.orderUrl}/api/orders`, {
      method: 'POST',
      headers: { ...headers, prefer: 'wait=10' },
      body,
      signal: AbortSignal.timeout(30_000),
    });
    const { status } = (await response.json()) as OrderDocument;
    if (status !== 'CONFIRMED') throw new Error(`a lone order was answered ${response.status}, ${status}`);
    if (order >= warmUps) took.push(performance.now() - from);
  }
  return took;
}
