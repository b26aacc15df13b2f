import { pathToFileURL } from 'node:url';
import { isListRequest, pageOf } from './listing.mjs';
import { isExpired, participate } from './participant.mjs';

/** The rules of payments, with the means of payment played by their tokens. No money moves. */
export function payments({ settleMs = 1000 } = {}) {
  const known = new Map();

  const outcomeOf = { tok_declined: 'DECLINED', tok_pending: 'PENDING' };
  const answers = {
    TAKEN: ({ amount }) => ['payment-taken', { amount }],
    DECLINED: () => ['payment-declined', { code: 'declined' }],
    PENDING: () => ['payment-pending'],
    REFUNDED: () => ['payment-cancelled'],
    CANCELLED: () => ['payment-cancelled'],
  };

  const begin = (paymentId, orderId, status, at, amount = null) => {
    const payment = { paymentId, orderId, status, amount, madeAt: at, changedAt: at };
    known.set(paymentId, payment);
    return payment;
  };
  const change = (payment, status, at) => Object.assign(payment, { status, changedAt: at });

  /** What is pending is taken when its time has come, whenever somebody looks. */
  const standing = (paymentId, at) => {
    const payment = known.get(paymentId);
    const settledAt = payment && payment.madeAt.getTime() + settleMs;
    if (payment?.status === 'PENDING' && at.getTime() >= settledAt) change(payment, 'TAKEN', at);
    return payment;
  };

  const handlers = {
    'payment.take-payment.v1': ({ subject, data, expirytime }, at, later) => {
      const { paymentId, amount, token } = data;
      if (!isAmount(amount)) return undefined;
      let payment = standing(paymentId, at);
      // A tombstone has not learned of an amount. Any other has, and it must be this one.
      if (payment?.amount && !sameAmount(payment.amount, amount)) return undefined;
      if (!payment) {
        // Too late it is not begun, and remembered: another sending of it that comes in time must find this.
        const status = isExpired({ expirytime }, at) ? 'CANCELLED' : (outcomeOf[token] ?? 'TAKEN');
        payment = begin(paymentId, subject, status, at, amount);
        if (status === 'PENDING') setTimeout(settle, settleMs, paymentId, later);
      }
      return answers[payment.status](payment);
    },
    'payment.refund-payment.v1': ({ subject, data: { paymentId } }, at) => {
      // Also where nothing was taken: a take-payment that comes later must find this.
      const payment = standing(paymentId, at) ?? begin(paymentId, subject, 'CANCELLED', at);
      if (payment.status === 'TAKEN') change(payment, 'REFUNDED', at);
      else if (payment.status !== 'REFUNDED') change(payment, 'CANCELLED', at);
      return ['payment-refunded', { amount: payment.status === 'REFUNDED' ? payment.amount : null }];
    },
    'payment.list-payments.v1': ({ data }, at) => listed('payments-listed', data, at, (payment) => payment),
    'payment.list-charges.v1': ({ data }, at) =>
      listed('charges-listed', data, at, ({ paymentId, orderId, amount, status, madeAt }) => ({
        key: paymentId,
        orderId,
        captured: status === 'TAKEN' || status === 'REFUNDED' ? amount : null,
        refunded: status === 'REFUNDED' ? amount : null,
        pending: status === 'PENDING',
        madeAt,
      })),
  };

  const listed = (name, request, at, item) => {
    if (!isListRequest(request)) return undefined;
    const all = [...known.keys()].map((paymentId) => dated(item(standing(paymentId, at))));
    return [name, pageOf(all, ({ paymentId, key }) => paymentId ?? key, request)];
  };

  const settle = (paymentId, later) => {
    const payment = standing(paymentId, new Date());
    // A timer may be early by a moment.
    if (payment.status === 'PENDING') setTimeout(settle, 1, paymentId, later);
    if (payment.status === 'TAKEN') later(answers.TAKEN(payment));
  };

  return (command, later, at = new Date()) => {
    const { type, data } = command;
    const paymentId = data?.paymentId;
    // What does not say which payment it is about cannot be read. Only a question is about none.
    if (!type.startsWith('payment.list-') && typeof paymentId !== 'string') return undefined;
    const reply = ([name, more]) => ({
      type: `payment.${name}.v1`,
      data: { ...(paymentId && { paymentId }), ...more },
    });
    const answer = handlers[type]?.({ ...command, data: data ?? {} }, at, (settled) => later(reply(settled)));
    return answer && reply(answer);
  };
}

const dated = ({ madeAt, changedAt, ...item }) => ({
  ...item,
  madeAt: madeAt.toISOString(),
  ...(changedAt && { changedAt: changedAt.toISOString() }),
});

const isAmount = (amount) =>
  /^\d{1,16}(\.\d{1,4})?$/.test(typeof amount?.amount === 'string' ? amount.amount : '') &&
  /^[A-Z]{3}$/.test(amount.currency);

const sameAmount = (a, b) => a.amount === b.amount && a.currency === b.currency;

// node payment.mjs amqp://user:password@host/vhost [JOURNAL]
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , url, journalFile] = process.argv;
  await participate({
    url,
    queue: 'payment.commands',
    source: '/my-payments',
    answer: payments(),
    journalFile,
  });
}
