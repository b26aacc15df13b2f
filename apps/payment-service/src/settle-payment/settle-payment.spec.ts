import { describe, expect, it } from '@jest/globals';
import { Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { InMemoryProvider } from '../provider/testing/in-memory-provider.js';
import { PaymentDesk, refundCommand, takeCommand, wireAmount } from '../testing/payment-stub.js';

const paymentId = newId();
const taken = { type: 'payment.payment-taken.v1', data: { paymentId, amount: wireAmount } };

async function pendingPayment() {
  const provider = new InMemoryProvider(() => 'pend');
  const desk = new PaymentDesk(provider);
  const command = takeCommand(paymentId);
  await desk.takePayment.handle(command);
  return { provider, desk, command };
}

describe('settling a pending payment', () => {
  it('tells whoever asked, once, however many instances look', async () => {
    const { provider, desk, command } = await pendingPayment();
    const other = new PaymentDesk(provider, desk);
    provider.settle();
    await Promise.all([desk, other, desk].map(({ settlePayment }) => settlePayment.handle(paymentId)));
    expect(desk.replies.slice(1)).toEqual([taken]);
    const { sagaid, commandid, id: causationid, subject } = command;
    expect(desk.messages.at(-1)).toMatchObject({ sagaid, commandid, causationid, subject });
    expect(desk.payments).toMatchObject([{ status: 'TAKEN', nextLookAt: null }]);
  });

  it('looks again later while the charge is pending', async () => {
    const { desk } = await pendingPayment();
    await desk.settlePayment.handle(paymentId);
    expect(desk.replies).toHaveLength(1);
    const [payment] = desk.payments;
    expect(payment!.status).toBe('PENDING');
    expect(payment!.nextLookAt!.getTime()).toBeGreaterThan(payment!.createdAt.getTime());
  });

  it('looks again later when the provider is away', async () => {
    const { provider, desk } = await pendingPayment();
    const find = provider.find.bind(provider);
    provider.find = () => Promise.reject(new Fault('the provider is away'));
    await desk.settlePayment.handle(paymentId);
    expect(desk.payments).toMatchObject([{ status: 'PENDING' }]);
    provider.find = find;
    provider.settle();
    await desk.settlePayment.handle(paymentId);
    expect(desk.replies.at(-1)).toEqual(taken);
  });

  it('has nothing to say once the payment is cancelled', async () => {
    const { provider, desk } = await pendingPayment();
    await desk.refundPayment.handle(refundCommand(paymentId));
    provider.settle();
    await desk.settlePayment.handle(paymentId);
    expect(desk.replies.map(({ type }) => type)).toEqual([
      'payment.payment-pending.v1',
      'payment.payment-refunded.v1',
    ]);
    expect(desk.payments).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('leaves a charge that a refund gave back, and has not recorded yet, to the refund', async () => {
    const { provider, desk } = await pendingPayment();
    provider.settle();
    const refund = provider.refund.bind(provider);
    provider.refund = async (asked) => {
      const givenBack = await refund(asked);
      await desk.settlePayment.handle(paymentId);
      return givenBack;
    };
    await desk.refundPayment.handle(refundCommand(paymentId));
    expect(desk.replies.at(-1)).toEqual({
      type: 'payment.payment-refunded.v1',
      data: { paymentId, amount: wireAmount },
    });
    expect(desk.payments).toMatchObject([{ status: 'REFUNDED' }]);
  });
});
