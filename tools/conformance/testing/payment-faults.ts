import { faultsAboutExpiry } from './faults-about-expiry.js';
import {
  amountIn,
  counting,
  idOf,
  nothing,
  saying,
  types,
  withAmount,
  type PlantedFaults,
} from './planted-fault.js';
import type { Received } from './fake-participant.js';

export const paymentFaults: PlantedFaults = {
  ...faultsAboutExpiry('take', 'payment-cancelled'),
  'forgets what was refunded before it was taken': {
    breaks: ['refund-first'],
    fault: () => {
      const taken = new Set<string>();
      return {
        answers: (command, rules, later) => {
          if (command.type === types.take) taken.add(idOf(command));
          const unknown = command.type === types.refund && !taken.has(idOf(command));
          return unknown ? saying('payment-refunded', command, { amount: null }) : rules(command, later);
        },
      };
    },
  },
  'has nothing to give back when asked again': {
    breaks: ['refund-again', 'take-after-refund'],
    fault: () => {
      const nth = counting();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          return answer && command.type === types.refund && nth(command) > 1
            ? { ...answer, data: { ...answer.data, amount: null } }
            : answer;
        },
      };
    },
  },
  'charges twice what is asked twice': {
    breaks: [
      'take-redelivered',
      'take-asked-again',
      'take-many-at-once',
      'take-asked-again-meanwhile',
      'take-again-expired',
    ],
    fault: () => {
      const nth = counting();
      const charges = new Map<string, number>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (command.type === types.take && answer?.type === 'payment.payment-taken.v1')
            charges.set(idOf(command), nth(command));
          const times = charges.get(idOf(command)) ?? 1;
          const amount = answer?.data['amount'] as { amount: string; currency: string } | null | undefined;
          if (!answer || command.type !== types.refund || !amount || times === 1) return answer;
          const all = { ...amount, amount: String(Number(amount.amount) * times) };
          return { ...answer, data: { ...answer.data, amount: all } };
        },
      };
    },
  },
  'thinks that all currencies have two decimals': {
    breaks: ['take-exact'],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        const amount = answer?.data['amount'] as { amount: string; currency: string } | null | undefined;
        if (!answer || !amount || !amount.amount.includes('.')) return answer;
        const rounded = { ...amount, amount: Number(amount.amount).toFixed(2) };
        return { ...answer, data: { ...answer.data, amount: rounded } };
      },
    }),
  },
  'writes amounts as numbers': {
    breaks: ['reply-fits-schema'],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        const amount = answer?.data['amount'] as { amount: string } | null | undefined;
        return answer && amount
          ? { ...answer, data: { ...answer.data, amount: { ...amount, amount: Number(amount.amount) } } }
          : answer;
      },
    }),
  },
  'takes another amount under a known id': {
    breaks: ['take-other-amount'],
    fault: () => ({
      answers: (command, rules, later) =>
        rules(command, later) ??
        (command.type === types.take &&
        (command.data['amount'] as { amount?: string } | undefined)?.amount === '13'
          ? saying('payment-taken', command, { amount: amountIn(command) })
          : undefined),
    }),
  },
  'never settles what is pending': {
    breaks: ['pending-settles'],
    fault: () => ({ answers: (command, rules) => rules(command, nothing) }),
  },
  'takes what it declined before': {
    breaks: ['declined-asked-again'],
    fault: () => {
      const nth = counting();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          return answer?.type === 'payment.payment-declined.v1' && nth(command) > 1
            ? saying('payment-taken', command, { amount: amountIn(command) })
            : answer;
        },
      };
    },
  },
  'takes what it has refunded': {
    breaks: ['take-expired', 'refund-first', 'take-after-refund', 'refund-of-pending'],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        return answer?.type === 'payment.payment-cancelled.v1'
          ? saying('payment-taken', command, { amount: amountIn(command) })
          : answer;
      },
    }),
  },
  'declines, and takes all the same': {
    breaks: ['take-declined'],
    fault: () => {
      const declined = new Map<string, Received>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (answer?.type === 'payment.payment-declined.v1') declined.set(idOf(command), command);
          const taken = command.type === types.refund && declined.get(idOf(command));
          return answer && taken ? withAmount(answer, amountIn(taken)) : answer;
        },
      };
    },
  },
  'answers with the amount that it was asked for last': {
    breaks: ['many-orders'],
    fault: () => {
      let newest: Received | undefined;
      return {
        // Answers are made a moment later, from a variable that all commands share.
        answers: (command, rules, later) => {
          if (command.type === types.take) newest = command;
          return rules(command, later);
        },
        alterReply: (reply, command) =>
          newest && command.type === types.take && reply['type'] === 'payment.payment-taken.v1'
            ? { ...reply, data: { paymentId: idOf(command), amount: amountIn(newest) } }
            : reply,
      };
    },
  },
  'charges a little more': {
    breaks: ['take'],
    andOthers: true,
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        const amount = amountIn(answer);
        return answer && amount && command.type === types.take
          ? withAmount(answer, { ...amount, amount: String(Number(amount.amount) + 1) })
          : answer;
      },
    }),
  },
  'gives nothing back': {
    breaks: ['refund'],
    andOthers: true,
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        return answer && command.type === types.refund ? withAmount(answer, null) : answer;
      },
    }),
  },
  'charges whatever is written': {
    breaks: ['broken-payload'],
    fault: () => ({
      answers: (command, rules, later) => {
        const isNumber = typeof amountIn(command)?.amount === 'number';
        return isNumber
          ? saying('payment-taken', command, { amount: amountIn(command) })
          : rules(command, later);
      },
    }),
  },
};
