import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '#libs/kernel/ids.js';
import { capturesInSilence } from '../../../apps/payment-service/src/provider/sandbox/sandbox-behaviour.js';
import { signToken } from '../../../tools/tokens/sign-token.js';
import { secret } from '../../support/in-process.js';
import { PaymentsFixture, type Command } from './payments-fixture.js';

let payments: PaymentsFixture;
beforeAll(async () => {
  payments = await PaymentsFixture.start(1);
}, 60_000);
afterAll(() => payments.stop(), 30_000);

const orderCharged = (captures: boolean): string => {
  for (;;) {
    const orderId = newId();
    if (capturesInSilence(orderId) === captures) return orderId;
  }
};

const declined = (code: string) => ({ type: 'payment.payment-declined.v1', data: { code } });
const taken = { type: 'payment.payment-taken.v1', data: { amount: { amount: '59.98', currency: 'USD' } } };

describe('payment-service, with every message delivered twice', () => {
  it('answers each token of the sandbox as it is documented, once', async () => {
    const cases = [
      { command: payments.take('tok_ok'), reply: taken, status: 'TAKEN', kept: 5998 },
      { command: payments.take(undefined), reply: taken, status: 'TAKEN', kept: 5998 },
      { command: payments.take('tok_declined'), reply: declined('declined'), status: 'DECLINED', kept: 0 },
      {
        command: payments.take('tok_insufficient_funds'),
        reply: declined('insufficient-funds'),
        status: 'DECLINED',
        kept: 0,
      },
      { command: payments.take('tok_other'), reply: declined('invalid-token'), status: 'DECLINED', kept: 0 },
      { command: payments.take('tok_slow'), reply: taken, status: 'TAKEN', kept: 5998 },
      { command: payments.take('tok_flaky'), reply: taken, status: 'TAKEN', kept: 5998 },
      {
        command: payments.take('tok_timeout', { orderId: orderCharged(true) }),
        reply: taken,
        status: 'TAKEN',
        kept: 5998,
      },
      {
        command: payments.take('tok_timeout', { orderId: orderCharged(false) }),
        reply: declined('provider-timeout'),
        status: 'DECLINED',
        kept: 0,
      },
    ];
    const replies = await payments.ask(...cases.map(({ command }) => command));
    expect(replies).toMatchObject(cases.map(({ reply }) => reply));
    for (const { command, status, kept } of cases) {
      expect(payments.repliesTo(command.messageId)).toHaveLength(1);
      await expect(payments.payment(command)).resolves.toMatchObject({ status, orderId: command.orderId });
      await expect(payments.kept(command)).resolves.toBe(kept);
    }
    await payments.comesToRest();
  }, 30_000);

  it('says that a payment is pending, and that it is taken once it settled', async () => {
    const command = payments.take('tok_pending');
    const [pending] = await payments.ask(command);
    expect(pending).toMatchObject({ type: 'payment.payment-pending.v1' });
    await expect(payments.payment(command)).resolves.toMatchObject({ status: 'PENDING' });
    await expect(payments.kept(command)).resolves.toBe(0);
    const settled = await payments.replyTo(command.messageId, 2);
    expect(settled).toMatchObject({
      ...taken,
      subject: command.orderId,
      sagaid: command.orderId,
      commandid: command.orderId,
    });
    await expect(payments.payment(command)).resolves.toMatchObject({ status: 'TAKEN', nextLookAt: null });
    await expect(payments.kept(command)).resolves.toBe(5998);
    expect(payments.repliesTo(command.messageId)).toHaveLength(2);
  }, 30_000);

  it('parks a command that asks for another amount under the same id', async () => {
    const command = payments.take('tok_ok');
    await payments.ask(command);
    const { paymentId } = command.data as { paymentId: string };
    payments.send(payments.take('tok_ok', { paymentId, orderId: command.orderId, amount: '1.00' }));
    await payments.comesToRest(1);
    await expect(payments.kept(command)).resolves.toBe(5998);
  });

  it('shows payments to staff, and to nobody else', async () => {
    const command = payments.take('tok_ok');
    await payments.ask(command);
    const { paymentId } = command.data as { paymentId: string };
    const operator = await get(`/api/payments/${paymentId}`, 'operator');
    expect(operator.statusCode).toBe(200);
    expect(operator.json()).toMatchObject({
      id: paymentId,
      orderId: command.orderId,
      customerId: 'cust-1',
      status: 'TAKEN',
      declineCode: null,
      amount: { amount: '59.98', currency: 'USD' },
    });
    const list = await get(`/api/payments?orderId=${command.orderId}`, 'admin');
    expect(list.json()).toMatchObject({ items: [{ id: paymentId }], total: 1, nextCursor: null });

    expect((await get(`/api/payments/${paymentId}`, 'customer')).statusCode).toBe(403);
    expect((await get(`/api/payments/${paymentId}`)).statusCode).toBe(401);
    expect((await get(`/api/payments/${newId()}`, 'operator')).json()).toMatchObject({
      status: 404,
      code: 'payment-not-found',
    });
    expect((await get('/api/payments', 'operator')).statusCode).toBe(400);
  });

  it('keeps no token, in no table', async () => {
    const commands: Command[] = [payments.take('tok_ok'), payments.take('tok_secret_4242424242424242')];
    await payments.ask(...commands);
    for (const table of ['payments', 'sandbox_charges', 'inbox', 'outbox']) {
      const rows = await payments.source.query<object[]>(`SELECT * FROM ${table}`);
      expect(JSON.stringify(rows)).not.toMatch(/tok_|4242/);
    }
  });
});

async function get(url: string, role?: string) {
  const authorization = `Bearer ${signToken({ subject: 'somebody', roles: [role ?? ''], secret })}`;
  return payments.app.inject({ method: 'GET', url, headers: role === undefined ? {} : { authorization } });
}
