import { describe, expect, it } from '@jest/globals';
import { Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { InMemoryProvider } from '../provider/testing/in-memory-provider.js';
import { PaymentStub, refundCommand, takeCommand, wireAmount } from '../testing/payment-stub.js';

const paymentId = newId();
const taken = { type: 'payment.payment-taken.v1', data: { paymentId, amount: wireAmount } };

async function pendingPayment() {
  const provider = new InMemoryProvider(() => 'pend');
  const stub = new PaymentStub(provider);
  const command = takeCommand(paymentId);
  await stub.takePayment.handle(command);
  return { provider, stub, command };
}

describe('settling a pending payment', () => {
  it('tells whoever asked, once, however many instances look', async () => {
    const { provider, stub, command } = await pendingPayment();
    const other = new PaymentStub(provider, stub);
    provider.settle();
    await Promise.all([stub, other, stub].map(({ settlePayment }) => settlePayment.handle(paymentId)));
    expect(stub.replies.slice(1)).toEqual([taken]);
    const { sagaid, commandid, id: causationid, subject } = command;
    expect(stub.messages.at(-1)).toMatchObject({ sagaid, commandid, causationid, subject });
    expect(stub.payments).toMatchObject([{ status: 'TAKEN', nextLookAt: null }]);
  });

  it('looks again later while the charge is pending', async () => {
    const { stub } = await pendingPayment();
    await stub.settlePayment.handle(paymentId);
    expect(stub.replies).toHaveLength(1);
    const [payment] = stub.payments;
    expect(payment!.status).toBe('PENDING');
    expect(payment!.nextLookAt!.getTime()).toBeGreaterThan(payment!.createdAt.getTime());
  });

  it('looks again later when the provider is away', async () => {
    const { provider, stub } = await pendingPayment();
    const find = provider.find.bind(provider);
    provider.find = () => Promise.reject(new Fault('the provider is away'));
    await stub.settlePayment.handle(paymentId);
    expect(stub.payments).toMatchObject([{ status: 'PENDING' }]);
    provider.find = find;
    provider.settle();
    await stub.settlePayment.handle(paymentId);
    expect(stub.replies.at(-1)).toEqual(taken);
  });

  it('has nothing to say once the payment is cancelled', async () => {
    const { provider, stub } = await pendingPayment();
    await stub.refundPayment.handle(refundCommand(paymentId));
    provider.settle();
    await stub.settlePayment.handle(paymentId);
    expect(stub.replies.map(({ type }) => type)).toEqual([
      'payment.payment-pending.v1',
      'payment.payment-refunded.v1',
    ]);
    expect(stub.payments).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('leaves a charge that a refund gave back, and has not recorded yet, to the refund', async () => {
    const { provider, stub } = await pendingPayment();
    provider.settle();
    const refund = provider.refund.bind(provider);
    provider.refund = async (asked) => {
      const givenBack = await refund(asked);
      await stub.settlePayment.handle(paymentId);
      return givenBack;
    };
    await stub.refundPayment.handle(refundCommand(paymentId));
    expect(stub.replies.at(-1)).toEqual({
      type: 'payment.payment-refunded.v1',
      data: { paymentId, amount: wireAmount },
    });
    expect(stub.payments).toMatchObject([{ status: 'REFUNDED' }]);
  });
});
