import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ListCharges, ListPayments } from '#libs/contracts/payment/payment.messages.js';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import { allPages, pageFrom } from '../../support/pages.js';
import { PaymentsFixture, type Command } from './payments-fixture.js';

let payments: PaymentsFixture;
let commands: Record<'taken' | 'declined' | 'refunded' | 'killed', Command>;

beforeAll(async () => {
  payments = await PaymentsFixture.start(2);
  commands = {
    taken: payments.take('tok_ok'),
    declined: payments.take('tok_declined'),
    refunded: payments.take('tok_ok', { amount: '10.00' }),
    killed: payments.take('tok_ok'),
  };
  const { taken, declined, refunded, killed } = commands;
  for (const command of [taken, declined, refunded]) await payments.ask(command);
  await payments.ask(payments.refundOf(refunded), payments.refundOf(killed));
}, 60_000);
afterAll(() => payments.stop());

const idOf = (name: keyof typeof commands): string =>
  (commands[name].data as { paymentId: string }).paymentId;

const usd = (amount: string) => ({ amount, currency: 'USD' });

describe("payment-service's own book", () => {
  it('says of each payment how it stands', async () => {
    const { items } = await pageFrom(payments, ListPayments);
    const found = Object.fromEntries(
      items.map(({ paymentId, status, amount }) => [paymentId, [status, amount]]),
    );
    expect(found).toEqual({
      [idOf('taken')]: ['TAKEN', usd('59.98')],
      [idOf('declined')]: ['DECLINED', usd('59.98')],
      [idOf('refunded')]: ['REFUNDED', usd('10.00')],
      [idOf('killed')]: ['CANCELLED', null],
    });
    expect(items.every(({ orderId }) => typeof orderId === 'string')).toBe(true);
  });

  it('is the same in small pages', async () => {
    const whole = await pageFrom(payments, ListPayments);
    const pages = await allPages(payments, ListPayments, { limit: 1 });
    expect(pages.flatMap(({ items }) => items)).toEqual(whole.items);
  });
});

describe("the provider's book", () => {
  it('says of each key what was taken and given back', async () => {
    const { items } = await pageFrom(payments, ListCharges);
    const found = Object.fromEntries(items.map(({ key, captured, refunded }) => [key, [captured, refunded]]));
    expect(found).toMatchObject({
      [idOf('taken')]: [usd('59.98'), null],
      [idOf('refunded')]: [usd('10.00'), usd('10.00')],
    });
  });

  it('has charges that payment-service never recorded', async () => {
    const key = newId();
    await payments.source.query(
      `INSERT INTO sandbox_charges (payment_id, order_id, amount_minor, currency, captured_minor, refunded_minor, dead,
                                    failures, created_at, updated_at, captured_at)
       VALUES (?, 'order-9', 777, 'EUR', 777, 0, 0, 0, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
      [idToBytes(key)],
    );
    const pages = await allPages(payments, ListCharges, { limit: 2 });
    expect(pages.flatMap(({ items }) => items).find((item) => item['key'] === key)).toMatchObject({
      orderId: 'order-9',
      captured: { amount: '7.77', currency: 'EUR' },
      refunded: null,
      pending: false,
    });
    const recorded = await pageFrom(payments, ListPayments);
    expect(recorded.items.map(({ paymentId }) => paymentId)).not.toContain(key);
  });
});
