import { describe, expect, it } from '@jest/globals';
import { Defect, Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { InMemoryProvider, type Act } from '../provider/testing/in-memory-provider.js';
import { chargeOf, PaymentStub, refundCommand, takeCommand, wireAmount } from '../testing/payment-stub.js';

const paymentId = newId();
const taken = { type: 'payment.payment-taken.v1', data: { paymentId, amount: wireAmount } };
const pending = { type: 'payment.payment-pending.v1', data: { paymentId } };
const cancelled = { type: 'payment.payment-cancelled.v1', data: { paymentId } };
const declined = (code: string) => ({ type: 'payment.payment-declined.v1', data: { paymentId, code } });

const providerThat = (...acts: Act[]): InMemoryProvider =>
  new InMemoryProvider(() => (acts.length > 1 ? acts.shift()! : acts[0]!));

describe('take-payment', () => {
  it.each([
    ['capture', taken, 'TAKEN', 5998],
    ['decline', declined('declined'), 'DECLINED', 0],
    ['pend', pending, 'PENDING', 0],
    ['capture-in-silence', taken, 'TAKEN', 5998],
    ['nothing', declined('provider-timeout'), 'DECLINED', 0],
  ] as const)('to a provider that does %s', async (act, reply, status, kept) => {
    const provider = providerThat(act);
    const stub = new PaymentStub(provider);
    await stub.takePayment.handle(takeCommand(paymentId));
    expect(stub.replies).toEqual([reply]);
    expect(stub.payments).toMatchObject([{ id: paymentId, orderId: 'order-1', status }]);
    expect(provider.kept(paymentId).amountMinor).toBe(kept);
  });

  it('answers the command that asked', async () => {
    const stub = new PaymentStub();
    const command = takeCommand(paymentId);
    await stub.takePayment.handle(command);
    const { sagaid, commandid, id: causationid, subject } = command;
    expect(stub.messages).toMatchObject([
      { source: '/payment-service', sagaid, commandid, causationid, subject },
    ]);
  });

  it('delivered twice has one effect and one answer', async () => {
    const provider = providerThat('capture');
    const stub = new PaymentStub(provider);
    const command = takeCommand(paymentId);
    await Promise.all([stub.takePayment.handle(command), stub.takePayment.handle(command)]);
    await stub.takePayment.handle(command);
    expect(stub.replies).toEqual([taken]);
    expect(provider.captures).toEqual([paymentId]);
  });

  it.each([
    ['capture', taken],
    ['decline', declined('declined')],
    ['pend', pending],
    ['nothing', declined('provider-timeout')],
  ] as const)('asked for again by another message after %s is answered again', async (act, reply) => {
    const provider = providerThat(act, 'capture');
    const stub = new PaymentStub(provider);
    await stub.takePayment.handle(takeCommand(paymentId));
    await stub.takePayment.handle(takeCommand(paymentId));
    expect(stub.replies).toEqual([reply, reply]);
    expect(provider.called('charge')).toBe(1);
  });

  it('answers a pending payment with how it stands by then', async () => {
    const provider = providerThat('pend');
    const stub = new PaymentStub(provider);
    await stub.takePayment.handle(takeCommand(paymentId));
    provider.settle();
    await stub.settlePayment.handle(paymentId);
    await stub.takePayment.handle(takeCommand(paymentId));
    expect(stub.replies).toEqual([pending, taken, taken]);
  });

  it('is a defect when the id was used for another amount or customer', async () => {
    const stub = new PaymentStub();
    await stub.takePayment.handle(takeCommand(paymentId));
    const others = [{ amount: { amount: '1.00', currency: 'USD' } }, { customerId: 'cust-2' }];
    for (const other of others) {
      await expect(stub.takePayment.handle(takeCommand(paymentId, other))).rejects.toThrow(Defect);
    }
    expect(stub.replies).toEqual([taken]);
  });

  it('is tried again while the provider is away, and nothing is recorded until it is back', async () => {
    const stub = new PaymentStub(providerThat('fail', 'fail', 'capture'));
    const command = takeCommand(paymentId);
    for (const _ of [1, 2]) await expect(stub.takePayment.handle(command)).rejects.toThrow(Fault);
    expect(stub.payments).toEqual([]);
    await stub.takePayment.handle(command);
    expect(stub.replies).toEqual([taken]);
  });

  it('after a crash between charge and record charges nothing more', async () => {
    const provider = providerThat('capture');
    const command = takeCommand(paymentId);
    await provider.charge(chargeOf(paymentId));
    const stub = new PaymentStub(provider);
    await stub.takePayment.handle(command);
    expect(stub.replies).toEqual([taken]);
    expect(provider.captures).toEqual([paymentId]);
  });

  it('that comes after its refund is cancelled', async () => {
    const provider = providerThat('capture');
    const stub = new PaymentStub(provider);
    await stub.refundPayment.handle(refundCommand(paymentId));
    await stub.takePayment.handle(takeCommand(paymentId));
    expect(stub.replies.at(-1)).toEqual(cancelled);
    expect(provider.called('charge')).toBe(0);
  });

  it('that was charged before a refund, and is recorded after it, is cancelled', async () => {
    const provider = providerThat('capture');
    const stub = new PaymentStub(provider);
    const charge = provider.charge.bind(provider);
    provider.charge = async (asked, signal) => {
      const outcome = await charge(asked, signal);
      await stub.refundPayment.handle(refundCommand(paymentId));
      return outcome;
    };
    await stub.takePayment.handle(takeCommand(paymentId));
    expect(stub.replies).toEqual([
      { type: 'payment.payment-refunded.v1', data: { paymentId, amount: wireAmount } },
      cancelled,
    ]);
    expect(stub.payments).toMatchObject([{ status: 'REFUNDED' }]);
    expect(provider.kept(paymentId).amountMinor).toBe(0);
  });

  it('whose key a refund has killed and not recorded yet is cancelled, and the refund tells its amount', async () => {
    const provider = providerThat('capture');
    const stub = new PaymentStub(provider);
    const refund = provider.refund.bind(provider);
    await provider.charge(chargeOf(paymentId));
    provider.refund = async (asked) => {
      const givenBack = await refund(asked);
      await stub.takePayment.handle(takeCommand(paymentId));
      return givenBack;
    };
    await stub.refundPayment.handle(refundCommand(paymentId));
    expect(stub.replies).toEqual([
      cancelled,
      { type: 'payment.payment-refunded.v1', data: { paymentId, amount: wireAmount } },
    ]);
  });
});

describe('when the provider keeps silent', () => {
  it('declines before it kills the key, and is silent itself until the key is dead', async () => {
    const provider = providerThat('nothing');
    const stub = new PaymentStub(provider);
    const refund = provider.refund.bind(provider);
    provider.refund = () => Promise.reject(new Fault('the provider is away'));
    const command = takeCommand(paymentId);
    await expect(stub.takePayment.handle(command)).rejects.toThrow(Fault);
    expect(stub.payments).toMatchObject([{ status: 'DECLINED', declineCode: 'provider-timeout' }]);
    expect(stub.replies).toEqual([]);

    provider.refund = refund;
    await stub.takePayment.handle(command);
    expect(stub.replies).toEqual([declined('provider-timeout')]);
    await expect(provider.find(paymentId)).resolves.toEqual({ kind: 'dead', refunded: null });
  });

  it('cannot decline while it does not know what the provider holds', async () => {
    const provider = providerThat('capture-in-silence');
    const stub = new PaymentStub(provider);
    const find = provider.find.bind(provider);
    provider.find = () => Promise.reject(new Fault('the provider is away'));
    const command = takeCommand(paymentId);
    await expect(stub.takePayment.handle(command)).rejects.toThrow(Fault);
    expect(stub.payments).toEqual([]);
    provider.find = find;
    await stub.takePayment.handle(command);
    expect(stub.replies).toEqual([taken]);
  });

  it("never reports a duplicate's charge as taken that it has given back", async () => {
    const provider = providerThat('nothing', 'capture');
    const stub = new PaymentStub(provider);
    const reported = await chargedBeforeTheKill(provider, stub, takeCommand(paymentId));
    expect(reported).toBeInstanceOf(Fault);
    expect(stub.replies).toEqual([declined('provider-timeout')]);
    expect(provider.kept(paymentId).amountMinor).toBe(0);
  });

  it('lets a duplicate that was charged before it gave up have its say', async () => {
    const provider = providerThat('nothing', 'capture');
    const first = new PaymentStub(provider);
    const second = new PaymentStub(provider, first);
    const find = provider.find.bind(provider);
    provider.find = async (key) => {
      const found = await find(key);
      await second.takePayment.handle(takeCommand(paymentId));
      return found;
    };
    await first.takePayment.handle(takeCommand(paymentId));
    expect(first.replies).toEqual([taken, taken]);
    expect(provider.kept(paymentId).amountMinor).toBe(5998);
  });
});

const expired = { expirytime: '2000-01-01T00:00:00.000Z' };
const lateCommand = () => ({ ...takeCommand(paymentId), ...expired });

describe('take-payment after its expiry', () => {
  it('charges nothing, kills the key, and has every other sending cancelled too', async () => {
    const provider = providerThat('capture');
    const stub = new PaymentStub(provider);
    await stub.takePayment.handle(lateCommand());
    await stub.takePayment.handle({ ...takeCommand(paymentId), expirytime: '9999-12-31T00:00:00.000Z' });
    expect(stub.replies).toEqual([cancelled, cancelled]);
    expect(stub.payments).toMatchObject([{ status: 'CANCELLED', customerId: 'cust-1' }]);
    expect(provider.called('charge')).toBe(0);
    await expect(provider.find(paymentId)).resolves.toEqual({ kind: 'dead', refunded: null });
  });

  it.each([
    ['capture', taken],
    ['decline', declined('declined')],
    ['pend', pending],
    ['nothing', declined('provider-timeout')],
  ] as const)('is answered as before where it was begun in time: %s', async (act, reply) => {
    const stub = new PaymentStub(providerThat(act));
    await stub.takePayment.handle(takeCommand(paymentId));
    await stub.takePayment.handle(lateCommand());
    expect(stub.replies).toEqual([reply, reply]);
  });

  it.each([
    ['capture', taken, 'TAKEN'],
    ['decline', declined('declined'), 'DECLINED'],
    ['pend', pending, 'PENDING'],
  ] as const)('records a charge that was made in time, and not recorded: %s', async (act, reply, status) => {
    const provider = providerThat(act);
    const stub = new PaymentStub(provider);
    await provider.charge(chargeOf(paymentId));
    await stub.takePayment.handle(lateCommand());
    expect(stub.replies).toEqual([reply]);
    expect(stub.payments).toMatchObject([{ status }]);
    expect(provider.called('charge')).toBe(1);
  });

  it('is not decided on while the provider cannot say what it holds', async () => {
    const provider = providerThat('capture');
    const stub = new PaymentStub(provider);
    const find = provider.find.bind(provider);
    provider.find = () => Promise.reject(new Fault('the provider is away'));
    const command = lateCommand();
    await expect(stub.takePayment.handle(command)).rejects.toThrow(Fault);
    expect(stub.payments).toEqual([]);
    provider.find = find;
    await stub.takePayment.handle(command);
    expect(stub.replies).toEqual([cancelled]);
  });

  it('is silent until its key is dead, and so is the refund that comes in between', async () => {
    const provider = providerThat('capture');
    const stub = new PaymentStub(provider);
    const refund = provider.refund.bind(provider);
    provider.refund = () => Promise.reject(new Fault('the provider is away'));
    const command = lateCommand();
    await expect(stub.takePayment.handle(command)).rejects.toThrow(Fault);
    await expect(stub.refundPayment.handle(refundCommand(paymentId))).rejects.toThrow(Fault);
    expect(stub.payments).toMatchObject([{ status: 'CANCELLED' }]);
    expect(stub.replies).toEqual([]);
    provider.refund = refund;
    await stub.takePayment.handle(command);
    expect(stub.replies).toEqual([cancelled]);
  });

  it("never reports a duplicate's charge as taken that it has given back", async () => {
    const provider = providerThat('capture');
    const stub = new PaymentStub(provider);
    const reported = await chargedBeforeTheKill(provider, stub, lateCommand());
    expect(reported).toBeInstanceOf(Fault);
    expect(stub.replies).toEqual([cancelled]);
    expect(provider.kept(paymentId).amountMinor).toBe(0);
  });
});

/**
 * A duplicate at another instance found nothing recorded, and is on its way to the provider. `stub` asks the provider,
 * finds nothing either, and gives up on `command`; then the duplicate is charged; then the key is killed.
 * @returns what the duplicate came to.
 */
async function chargedBeforeTheKill(
  provider: InMemoryProvider,
  stub: PaymentStub,
  command: ReturnType<typeof takeCommand>,
): Promise<unknown> {
  const onItsWay = signal();
  const goOn = signal();
  const delayed = new InMemoryProvider();
  delayed.charge = async (charge) => {
    onItsWay.give();
    await goOn.given;
    return provider.charge(charge);
  };
  const duplicate = new PaymentStub(delayed, stub).takePayment
    .handle(takeCommand(paymentId))
    .catch((error: unknown) => error);
  await onItsWay.given;

  const refund = provider.refund.bind(provider);
  let reported: unknown;
  provider.refund = async (asked) => {
    goOn.give();
    reported = await duplicate;
    return refund(asked);
  };
  await stub.takePayment.handle(command);
  expect(provider.captures).toEqual([paymentId]);
  return reported;
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}
