import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { expectProblem, oddBodies, oddHeads, type OddBytes } from '../support/odd-bytes.js';
import { RawClient } from '../support/raw-client.js';
import type { ServiceName } from '../support/service-process.js';
import { Stack } from '../support/stack.js';

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start();
}, 90_000);

afterAll(() => stack.stop(), 60_000);

const get = '/health/live';

/** Where each takes a body; payment-service takes none by HTTP. */
const doors: Readonly<Record<ServiceName, string | undefined>> = {
  'order-service': 'POST /api/orders HTTP/1.1',
  'inventory-service': 'POST /api/products HTTP/1.1',
  'payment-service': undefined,
};

async function expectProblems(port: number, all: readonly OddBytes[]): Promise<void> {
  for (const { says, bytes, ends, status, code } of all) {
    const client = await RawClient.open(port, bytes);
    if (ends) client.socket.end();
    await eventually(() => expect([says, client.ended]).toEqual([says, true]));
    expect([says, client.answers().map((answer) => answer.status)]).toEqual([says, [status]]);
    expectProblem(client.answers()[0], status, code);
  }
}

describe.each(Object.entries(doors) as [ServiceName, string | undefined][])('%s', (name, door) => {
  it('answers every odd head with a problem, on both of its ports', async () => {
    const { url, metricsUrl } = stack.services[name];
    await expectProblems(Number(new URL(url).port), oddHeads({ get }));
    await expectProblems(Number(new URL(metricsUrl).port), oddHeads({ get: '/metrics' }));
    expect(stack.services[name].complaints()).toEqual([]);
  });

  if (door !== undefined) {
    it('answers every odd body with a problem', async () => {
      const token = stack.token('somebody', ['customer', 'operator', 'admin']);
      const post = [door, `Authorization: Bearer ${token}`];
      await expectProblems(Number(new URL(stack.services[name].url).port), oddBodies({ post }));
    });
  }
});
