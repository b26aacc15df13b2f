import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PaymentCancelled, PaymentRefunded, PaymentTaken } from '#libs/contracts/payment/payment.messages.js';
import { newId } from '#libs/kernel/ids.js';
import { PaymentsFixture, type Command } from '../payments/payments-fixture.js';

let payments: PaymentsFixture;
beforeAll(async () => {
  payments = await PaymentsFixture.start(1);
}, 60_000);
afterAll(() => payments.drop());

/** A payment that was taken. */
let taken: Command;
beforeEach(async () => {
  taken = payments.take('tok_ok');
  const [reply] = await payments.ask(taken);
  expect(reply?.type).toBe(PaymentTaken.type);
});

/** Nothing was asked of the provider, what was taken stays taken, and the next message is handled. */
const expectParked = async (messageId: string): Promise<void> => {
  const { properties } = await payments.parkedMessage();
  expect([properties.messageId, properties.headers!['x-parked-reason']]).toEqual([messageId, 'defect']);
  await expect(payments.kept(taken)).resolves.toBe(5998);
  const [reply] = await payments.ask(payments.refundOf(taken));
  expect(reply).toMatchObject({ type: PaymentRefunded.type, data: { amount: { amount: '59.98' } } });
  await expect(payments.kept(taken)).resolves.toBe(0);
};

const again = (command: Command): Command => ({ ...command, messageId: newId() });
const differently = (command: Command, data: object): Command => ({
  ...again(command),
  data: { ...(command.data as object), ...data },
});

describe('payment-service', () => {
  it('parks a charge whose message id came before with another body, and charges nothing', async () => {
    const other = { ...payments.take('tok_ok'), messageId: taken.messageId };
    payments.send(other);
    await expectParked(other.messageId);
    await expect(payments.ledger(other)).resolves.toBeNull();
  });

  it('parks a refund whose message id came before with another body, and refunds nothing', async () => {
    const first = payments.take('tok_ok');
    await payments.ask(first);
    payments.send({ ...payments.refundOf(taken), messageId: first.messageId });
    await expectParked(first.messageId);
  });

  it.each([
    ['another amount', { amount: { amount: '59.99', currency: 'USD' } }],
    ['another currency', { amount: { amount: '59.98', currency: 'EUR' } }],
    ['another customer', { customerId: 'cust-2' }],
  ])('parks a payment that is asked for again for %s', async (_, data) => {
    const other = differently(taken, data);
    payments.send(other);
    await expectParked(other.messageId);
  });

  it('parks a payment that is asked for again for another order', async () => {
    const other = { ...again(taken), orderId: newId() };
    payments.send(other);
    await expectParked(other.messageId);
  });

  it("parks the refund of another order's payment, and refunds nothing", async () => {
    const refund = { ...payments.refundOf(taken), orderId: newId() };
    payments.send(refund);
    await expectParked(refund.messageId);
  });

  it.each(['1.999', '9999999999999999.99'])('parks an amount of %s USD at once', async (amount) => {
    const odd = payments.take('tok_ok', { amount });
    payments.send(odd);
    await expectParked(odd.messageId);
    await expect(payments.ledger(odd)).resolves.toBeNull();
  });

  it('answers a command that comes again in a message of its own, without a further charge', async () => {
    const [reply] = await payments.ask(again(taken));
    expect(reply?.type).toBe(PaymentTaken.type);
    await expect(payments.ledger(taken)).resolves.toMatchObject({ capturedMinor: 5998 });
  });

  it('answers the same message once, however often it is delivered', async () => {
    const command = payments.take('tok_ok');
    await payments.ask(...Array<Command>(10).fill(command));
    await payments.comesToRest();
    expect(payments.repliesTo(command.messageId)).toHaveLength(1);
    await expect(payments.ledger(command)).resolves.toMatchObject({ capturedMinor: 5998 });
  });

  it('leaves a tombstone when the refund comes first, and charges nothing that comes late', async () => {
    const late = payments.take('tok_ok');
    const [refunded] = await payments.ask(payments.refundOf(late));
    expect(refunded).toMatchObject({ type: PaymentRefunded.type, data: { amount: null } });
    await expect(payments.payment(late)).resolves.toMatchObject({ status: 'CANCELLED' });
    const [reply] = await payments.ask(late);
    expect(reply?.type).toBe(PaymentCancelled.type);
    await expect(payments.ledger(late)).resolves.toMatchObject({ capturedMinor: 0, dead: true });
  });

  it('has left nothing unacked', async () => {
    await payments.close();
    expect(await payments.queued()).toEqual({ commands: 0, parked: 0 });
  });
});
