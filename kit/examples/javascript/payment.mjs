import { pathToFileURL } from 'node:url';
import { isExpired, participate } from './participant.mjs';

/** The rules of payments, with the means of payment played by their tokens. No money moves. */
export function payments({ settleMs = 1000 } = {}) {
  const known = new Map();

  const outcomeOf = { tok_declined: 'DECLINED', tok_pending: 'PENDING' };
  const answers = {
    TAKEN: ({ amount }) => ['payment-taken', { amount }],
    DECLINED: () => ['payment-declined', { code: 'declined' }],
    PENDING: () => ['payment-pending'],
    UNDONE: () => ['payment-cancelled'],
  };

  const handlers = {
    'payment.take-payment.v1': ({ paymentId, amount, token }, isLate, later) => {
      if (!isAmount(amount)) return undefined;
      let payment = known.get(paymentId);
      // A tombstone has not learned of an amount. Any other has, and it must be this one.
      if (payment?.amount && !sameAmount(payment.amount, amount)) return undefined;
      if (!payment) {
        // Too late it is not begun, and remembered: another sending of it that comes in time must find this.
        payment = isLate
          ? { refunded: null, status: 'UNDONE' }
          : { amount, status: outcomeOf[token] ?? 'TAKEN' };
        known.set(paymentId, payment);
        if (payment.status === 'PENDING') setTimeout(() => settle(payment, later), settleMs);
      }
      return answers[payment.status](payment);
    },
    'payment.refund-payment.v1': ({ paymentId }) => {
      const payment = known.get(paymentId) ?? { refunded: null };
      if (payment.status !== 'UNDONE') payment.refunded = payment.status === 'TAKEN' ? payment.amount : null;
      // Also where nothing was taken: a take-payment that comes later must find this.
      payment.status = 'UNDONE';
      known.set(paymentId, payment);
      return ['payment-refunded', { amount: payment.refunded }];
    },
  };

  function settle(payment, later) {
    if (payment.status !== 'PENDING') return;
    payment.status = 'TAKEN';
    later(answers.TAKEN(payment));
  }

  return (command, later) => {
    const { type, data } = command;
    const reply = ([name, more]) => ({
      type: `payment.${name}.v1`,
      data: { paymentId: data.paymentId, ...more },
    });
    const answer = handlers[type]?.(data ?? {}, isExpired(command), (settled) => later(reply(settled)));
    return answer && reply(answer);
  };
}

const isAmount = (amount) =>
  /^\d{1,16}(\.\d{1,4})?$/.test(typeof amount?.amount === 'string' ? amount.amount : '') &&
  /^[A-Z]{3}$/.test(amount.currency);

const sameAmount = (a, b) => a.amount === b.amount && a.currency === b.currency;

// node payment.mjs amqp://user:password@host/vhost
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await participate({
    url: process.argv[2],
    queue: 'payment.commands',
    source: '/my-payments',
    answer: payments(),
  });
}
