import { describe, expect, it } from '@jest/globals';
import { Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { InMemoryProvider } from '../provider/testing/in-memory-provider.js';
import { chargeOf, PaymentStub, refundCommand, takeCommand, wireAmount } from '../testing/payment-stub.js';

const paymentId = newId();
const refunded = (amount: typeof wireAmount | null) => ({
  type: 'payment.payment-refunded.v1',
  data: { paymentId, amount },
});

describe('refund-payment', () => {
  it('gives back what was taken', async () => {
    const provider = new InMemoryProvider();
    const stub = new PaymentStub(provider);
    await stub.takePayment.handle(takeCommand(paymentId));
    await stub.refundPayment.handle(refundCommand(paymentId));
    expect(stub.replies.at(-1)).toEqual(refunded(wireAmount));
    expect(stub.payments).toMatchObject([{ status: 'REFUNDED', customerId: 'cust-1' }]);
    expect(provider.kept(paymentId).amountMinor).toBe(0);
  });

  it.each(['decline', 'pend', 'nothing'] as const)(
    'agrees where nothing was taken, after %s',
    async (act) => {
      const stub = new PaymentStub(new InMemoryProvider(() => act));
      await stub.takePayment.handle(takeCommand(paymentId));
      await stub.refundPayment.handle(refundCommand(paymentId));
      expect(stub.replies.at(-1)).toEqual(refunded(null));
    },
  );

  it('before anything was asked leaves a tombstone, and a dead key', async () => {
    const provider = new InMemoryProvider();
    const stub = new PaymentStub(provider);
    await stub.refundPayment.handle(refundCommand(paymentId));
    expect(stub.replies).toEqual([refunded(null)]);
    expect(stub.payments).toMatchObject([{ status: 'CANCELLED', amountMinor: null, customerId: null }]);
    await expect(provider.find(paymentId)).resolves.toEqual({ kind: 'dead', refunded: null });
  });

  it('of a charge that was made and not recorded gives that back', async () => {
    const provider = new InMemoryProvider();
    const stub = new PaymentStub(provider);
    await provider.charge(chargeOf(paymentId));
    await stub.refundPayment.handle(refundCommand(paymentId));
    expect(stub.replies).toEqual([refunded(wireAmount)]);
  });

  it('delivered twice is answered once, asked for again it is answered again, and the provider is left alone', async () => {
    const provider = new InMemoryProvider();
    const stub = new PaymentStub(provider);
    await stub.takePayment.handle(takeCommand(paymentId));
    const command = refundCommand(paymentId);
    await stub.refundPayment.handle(command);
    await stub.refundPayment.handle(command);
    await stub.refundPayment.handle(refundCommand(paymentId));
    expect(stub.replies.slice(1)).toEqual([refunded(wireAmount), refunded(wireAmount)]);
    expect(provider.called('refund')).toBe(1);
  });

  it('is tried again while the provider is away', async () => {
    const provider = new InMemoryProvider();
    const stub = new PaymentStub(provider);
    const refund = provider.refund.bind(provider);
    provider.refund = () => Promise.reject(new Fault('the provider is away'));
    const command = refundCommand(paymentId);
    await expect(stub.refundPayment.handle(command)).rejects.toThrow(Fault);
    expect(stub.payments).toEqual([]);
    provider.refund = refund;
    await stub.refundPayment.handle(command);
    expect(stub.replies).toEqual([refunded(null)]);
  });
});
