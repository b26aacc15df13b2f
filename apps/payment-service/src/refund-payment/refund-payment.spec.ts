import { describe, expect, it } from '@jest/globals';
import { Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { InMemoryProvider } from '../provider/testing/in-memory-provider.js';
import { chargeOf, PaymentDesk, refundCommand, takeCommand, wireAmount } from '../testing/payment-stub.js';

const paymentId = newId();
const refunded = (amount: typeof wireAmount | null) => ({
  type: 'payment.payment-refunded.v1',
  data: { paymentId, amount },
});

describe('refund-payment', () => {
  it('gives back what was taken', async () => {
    const provider = new InMemoryProvider();
    const desk = new PaymentDesk(provider);
    await desk.takePayment.handle(takeCommand(paymentId));
    await desk.refundPayment.handle(refundCommand(paymentId));
    expect(desk.replies.at(-1)).toEqual(refunded(wireAmount));
    expect(desk.payments).toMatchObject([{ status: 'REFUNDED', customerId: 'cust-1' }]);
    expect(provider.kept(paymentId).amountMinor).toBe(0);
  });

  it.each(['decline', 'pend', 'nothing'] as const)(
    'agrees where nothing was taken, after %s',
    async (act) => {
      const desk = new PaymentDesk(new InMemoryProvider(() => act));
      await desk.takePayment.handle(takeCommand(paymentId));
      await desk.refundPayment.handle(refundCommand(paymentId));
      expect(desk.replies.at(-1)).toEqual(refunded(null));
    },
  );

  it('before anything was asked leaves a tombstone, and a dead key', async () => {
    const provider = new InMemoryProvider();
    const desk = new PaymentDesk(provider);
    await desk.refundPayment.handle(refundCommand(paymentId));
    expect(desk.replies).toEqual([refunded(null)]);
    expect(desk.payments).toMatchObject([{ status: 'CANCELLED', amountMinor: null, customerId: null }]);
    await expect(provider.find(paymentId)).resolves.toEqual({ kind: 'dead', refunded: null });
  });

  it('of a charge that was made and not recorded gives that back', async () => {
    const provider = new InMemoryProvider();
    const desk = new PaymentDesk(provider);
    await provider.charge(chargeOf(paymentId));
    await desk.refundPayment.handle(refundCommand(paymentId));
    expect(desk.replies).toEqual([refunded(wireAmount)]);
  });

  it('delivered twice is answered once, asked for again it is answered again, and the provider is left alone', async () => {
    const provider = new InMemoryProvider();
    const desk = new PaymentDesk(provider);
    await desk.takePayment.handle(takeCommand(paymentId));
    const command = refundCommand(paymentId);
    await desk.refundPayment.handle(command);
    await desk.refundPayment.handle(command);
    await desk.refundPayment.handle(refundCommand(paymentId));
    expect(desk.replies.slice(1)).toEqual([refunded(wireAmount), refunded(wireAmount)]);
    expect(provider.called('refund')).toBe(1);
  });

  it('is tried again while the provider is away', async () => {
    const provider = new InMemoryProvider();
    const desk = new PaymentDesk(provider);
    const refund = provider.refund.bind(provider);
    provider.refund = () => Promise.reject(new Fault('the provider is away'));
    const command = refundCommand(paymentId);
    await expect(desk.refundPayment.handle(command)).rejects.toThrow(Fault);
    expect(desk.payments).toEqual([]);
    provider.refund = refund;
    await desk.refundPayment.handle(command);
    expect(desk.replies).toEqual([refunded(null)]);
  });
});
