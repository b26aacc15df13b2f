import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { eventually } from '../../support/eventually.js';
import { PaymentsFixture, type Command } from './payments-fixture.js';

let payments: PaymentsFixture;
beforeAll(async () => {
  payments = await PaymentsFixture.start(2, { PROVIDER_TIMEOUT_SECONDS: '1' });
}, 60_000);
beforeEach(() => {
  payments.afterCharge = () => undefined;
});
afterAll(() => payments.stop(), 30_000);

const many = <Result>(count: number, make: (index: number) => Result): Result[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** The same payment asked for by a message of its own, as a saga does when it has heard nothing. */
const again = (command: Command): Command => ({ ...command, messageId: newId() });

const late = (command: Command): Command => ({ ...again(command), expirytime: '2000-01-01T00:00:00.000Z' });

const typesOf = (replies: readonly { readonly type: string }[]): Set<string> =>
  new Set(replies.map(({ type }) => type.split('.')[1]!));

describe('two instances of payment-service, with every message delivered twice', () => {
  it('capture once for fifty copies of a command at once, and answer every message', async () => {
    const command = payments.take('tok_ok');
    const copies = [...many(25, () => command), ...many(25, () => again(command))];
    expect(typesOf(await payments.ask(...copies))).toEqual(new Set(['payment-taken']));
    for (const { messageId } of copies) expect(payments.repliesTo(messageId)).toHaveLength(1);
    await expect(payments.ledger(command)).resolves.toMatchObject({ capturedMinor: 5998, refundedMinor: 0 });
    await payments.comesToRest();
  }, 30_000);

  const tokens = ['tok_ok', 'tok_declined', 'tok_flaky', 'tok_pending', 'tok_timeout', 'tok_slow'];
  const orders = {
    'a refund after its payment': async (take: Command, refund: Command) => {
      await payments.ask(take);
      await payments.ask(refund);
    },
    'a refund before its payment': async (take: Command, refund: Command) => {
      await payments.ask(refund);
      await payments.ask(take);
    },
    'both at once': async (take: Command, refund: Command) => {
      await payments.ask(take, refund);
    },
    'both at once, twice, and the refund first': async (take: Command, refund: Command) => {
      await payments.ask(refund, take, again(refund), again(take));
    },
  };

  it.each(Object.entries(orders))(
    'keep nothing after %s',
    async (_, race) => {
      const takes = many(5, () => tokens.map((token) => payments.take(token))).flat();
      await Promise.all(takes.map((take) => race(take, payments.refundOf(take))));
      await payments.comesToRest();
      for (const take of takes) {
        await expect(payments.kept(take)).resolves.toBe(0);
        await expect(payments.ledger(take)).resolves.toMatchObject({ dead: true });
        const { status, amountMinor } = await payments.payment(take);
        expect(['REFUNDED', 'CANCELLED', 'DECLINED']).toContain(status);
        const [refunded] = payments.replies.filter(
          ({ type, subject }) => type === 'payment.payment-refunded.v1' && subject === take.orderId,
        );
        const amount = status === 'REFUNDED' ? { amount: '59.98', currency: 'USD' } : null;
        expect(refunded?.data).toEqual({ paymentId: idOf(take), amount });
        if (status === 'REFUNDED') expect(amountMinor).toBe(5998);
      }
      // Settled later, or charged late, the key has to stay dead.
      await expect(Promise.all(takes.map((take) => payments.kept(take)))).resolves.toEqual(
        takes.map(() => 0),
      );
    },
    60_000,
  );

  it('charge nothing that comes after its expiry', async () => {
    const takes = many(5, () => tokens.map((token) => late(payments.take(token)))).flat();
    expect(typesOf(await payments.ask(...takes))).toEqual(new Set(['payment-cancelled']));
    for (const take of takes) {
      await expect(payments.ledger(take)).resolves.toMatchObject({ dead: true, capturedMinor: 0 });
    }
    await payments.comesToRest();
  }, 30_000);

  it('say one thing of a payment that comes in time and too late at once, and keep its money only if it is taken', async () => {
    const takes = many(40, () => payments.take('tok_ok'));
    for (const take of takes) {
      const replies = await payments.ask(late(take), take, late(take), again(take));
      const [said, ...more] = typesOf(replies);
      expect(more).toEqual([]);
      expect(['payment-taken', 'payment-cancelled']).toContain(said);
      await expect(payments.kept(take)).resolves.toBe(said === 'payment-taken' ? 5998 : 0);
    }
    await payments.comesToRest();
  }, 60_000);

  it('charge once when they fail between the charge and its record', async () => {
    const takes = many(20, () => payments.take('tok_ok'));
    // Not for slow charges of other tests that come in late.
    const toFail = new Set(takes.map(idOf));
    payments.afterCharge = ({ key }) => {
      if (toFail.delete(key)) throw new Fault('the process ended here');
    };
    expect(typesOf(await payments.ask(...takes))).toEqual(new Set(['payment-taken']));
    expect(toFail.size).toBe(0);
    for (const take of takes) {
      expect(payments.repliesTo(take.messageId)).toHaveLength(1);
      await expect(payments.kept(take)).resolves.toBe(5998);
    }
  }, 30_000);

  it('charge and answer once when the broker drops them while the provider is at work', async () => {
    const takes = many(20, (index) => payments.take(index % 2 === 0 ? 'tok_ok' : 'tok_timeout'));
    for (const take of takes) payments.send(take);
    await eventually(async () => expect(await payments.ledger(takes[0]!)).not.toBeNull());
    // Two of each instance, and the test's.
    await payments.broker.closeConnections(2 * payments.instances.length + 1);
    await payments.listenToReplies();
    await Promise.all(takes.map((take) => payments.replyTo(take.messageId)));
    await payments.comesToRest();
    for (const take of takes) {
      const { status } = await payments.payment(take);
      await expect(payments.kept(take)).resolves.toBe(status === 'TAKEN' ? 5998 : 0);
    }
  }, 60_000);

  it('let no charge through that the provider makes after they gave up on it', async () => {
    const take = payments.take('tok_slow');
    const [reply] = await payments.ask(take);
    expect(reply).toMatchObject({
      type: 'payment.payment-declined.v1',
      data: { code: 'provider-timeout' },
    });
    let late = 0;
    payments.afterCharge = ({ key }) => {
      if (key === idOf(take)) late++;
    };
    await eventually(() => expect(late).toBeGreaterThan(0));
    await expect(payments.ledger(take)).resolves.toMatchObject({ dead: true, capturedMinor: 0 });
  }, 30_000);

  it('are not held up by a provider that keeps silent', async () => {
    const silent = many(100, () => payments.take('tok_timeout'));
    for (const take of silent) payments.send(take);
    await payments.ask(payments.take('tok_ok'));
    const answered = silent.filter(({ messageId }) => payments.repliesTo(messageId).length > 0);
    expect(answered).toEqual([]);
    await Promise.all(silent.map((take) => payments.replyTo(take.messageId)));
    await payments.comesToRest();
  }, 60_000);
});

const idOf = ({ data }: Command): string => (data as { paymentId: string }).paymentId;
