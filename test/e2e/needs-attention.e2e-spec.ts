import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firing } from '../support/alert-rules.js';
import { eventually } from '../support/eventually.js';
import { OpsCli } from '../support/ops-cli.js';
import { orderFor, OrderClient } from '../support/order-client.js';
import { Stack } from '../support/stack.js';

/** A saga that cannot end: payment-service is gone, and stays away while its payment has to be undone. */
let stack: Stack;
let customer: OrderClient;
let operator: OrderClient;
let ops: OpsCli;

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly status: string;
    readonly step: string;
    readonly operation: string;
    readonly attention: { readonly cause: string; readonly detail: string } | null;
  }[];
}

beforeAll(async () => {
  // What people otherwise hear of after seven minutes takes a quarter of a minute here.
  stack = await Stack.start({ environment: { SAGA_TIME_SCALE: '30', METRICS_REFRESH_SECONDS: '1' } });
  customer = new OrderClient(stack.orderUrl, stack.token('cust-1'));
  operator = new OrderClient(stack.orderUrl, stack.token('op-1', ['operator']));
  ops = new OpsCli(stack.orderUrl, stack.token('op-1', ['operator']));
  await eventually(async () => {
    const { body } = await customer.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 20_000);
}, 120_000);

afterAll(() => stack.stop(), 60_000);

/** Of what they are about it is shown how it was a second ago. */
const alerts = (labels: readonly object[]): Promise<void> =>
  eventually(async () => {
    const page = await fetch(stack.services['order-service'].metricsUrl);
    expect(firing('SagaNeedsAttention', await page.text())).toEqual(labels);
  });

const inNeed = async (): Promise<Listed['items']> =>
  (await operator.get<Listed>('/api/admin/sagas?status=needs-attention')).body.items;

describe('a saga whose compensation nobody answers', () => {
  let id: string;

  it('needs attention, and everybody who should sees it', async () => {
    await alerts([]);
    await stack.services['payment-service'].end('SIGKILL');
    id = (await customer.place(orderFor('OAK-TABLE', 'tok_ok'))).body.id;
    await eventually(async () => {
      expect(await inNeed()).toEqual([
        expect.objectContaining({
          id,
          status: 'needs-attention',
          step: 'take-payment',
          operation: 'compensation',
          attention: expect.objectContaining({
            cause: 'unanswered',
            detail: 'Asked 10 times without an answer',
          }),
        }),
      ]);
    }, 90_000);
    await alerts([{ saga: 'place-order', cause: 'unanswered' }]);
    const listed = await ops.run('sagas', 'list', '--status', 'needs-attention');
    expect(listed.stdout).toContain(`${id}: Asked 10 times without an answer, since `);
  }, 120_000);

  it('tells the customer that it takes longer, and not why', async () => {
    const { body } = await customer.get<{ items: { kind: string; text: string }[] }>(
      `/api/orders/${id}/timeline`,
    );
    expect(body.items.filter(({ kind }) => kind === 'needs-attention').map(({ text }) => text)).toEqual([
      'This takes longer than it should. Somebody will look at it.',
    ]);
  });

  it('ends when an operator has done by hand what was asked, and another one agrees', async () => {
    const reason = ['--reason', 'refunded by bank transfer', '--yes'];
    const claimed = await ops.run('sagas', 'resolve', id, ...reason);
    const [, proposal] = /proposals confirm (\S+)/.exec(claimed.stdout)!;
    const colleague = new OpsCli(stack.orderUrl, stack.token('op-2', ['operator']));
    const resolved = await colleague.run('proposals', 'confirm', proposal!, ...reason);
    expect([resolved.code, resolved.stdout]).toEqual([0, expect.stringContaining('release stock')]);
    const order = await customer.settled(id);
    expect(order).toMatchObject({ status: 'REJECTED', reason: { code: 'payment-timeout' } });
    await eventually(async () => expect(await inNeed()).toEqual([]));
    await alerts([]);
  }, 60_000);

  it('is charged nothing when its payment service is back and finds what was asked of it long ago', async () => {
    await stack.services['payment-service'].start();
    const payments = new OrderClient(
      stack.services['payment-service'].url,
      stack.token('op-1', ['operator']),
    );
    await eventually(async () => {
      const { body } = await payments.get<Listed>(`/api/payments?orderId=${id}`);
      // Charged and refunded it would be REFUNDED.
      expect(body.items).toMatchObject([{ status: 'CANCELLED' }]);
    }, 20_000);
  }, 60_000);
});
