import { faultsAboutExpiry } from './faults-about-expiry.js';
import {
  alterItems,
  amountIn,
  counting,
  idOf,
  nothing,
  saying,
  silentAbout,
  types,
  untilRestarted,
  withAmount,
  type Amount,
  type PlantedFaults,
} from './planted-fault.js';
import type { Fault, Received } from './fake-participant.js';

const taken = 'payment.payment-taken.v1';
const cancelled = 'payment.payment-cancelled.v1';
const declined = 'payment.payment-declined.v1';

const times = (amount: Amount, factor: number): Amount => ({
  ...amount,
  amount: String(Number(amount.amount) * factor),
});

/** Charges twice, as shows in what it gives back, the payments whose commands came like that. */
const chargesTwice = (isAskedLike: (takes: readonly Received[]) => boolean): Fault => {
  const takes = new Map<string, Received[]>();
  return untilRestarted({
    answers: (command, rules, later) => {
      const answer = rules(command, later);
      const id = idOf(command);
      if (command.type === types.take && answer?.type === taken)
        takes.set(id, [...(takes.get(id) ?? []), command]);
      const amount = amountIn(answer);
      return answer && amount && command.type === types.refund && isAskedLike(takes.get(id) ?? [])
        ? withAmount(answer, times(amount, 2))
        : answer;
    },
  });
};

const isOneMessage = ([first, ...others]: readonly Received[]): boolean =>
  others.every(({ id }) => id === first?.id);
const hasToken = (command: Received | undefined, token: string): boolean => command?.data['token'] === token;

/** Payments that were pending when they were refunded. */
function refundedWhilePending(): (
  command: Received,
  answer: { type: string } | undefined,
) => Received | undefined {
  const pending = new Map<string, Received>();
  const refunded = new Map<string, Received>();
  return (command, answer) => {
    const id = idOf(command);
    if (answer?.type === 'payment.payment-pending.v1') pending.set(id, command);
    const take = pending.get(id);
    if (command.type === types.refund && take && amountIn(answer as never) === null) refunded.set(id, take);
    return refunded.get(id);
  };
}

export const paymentFaults: PlantedFaults = {
  ...faultsAboutExpiry('take', 'payment-cancelled'),
  'forgets what was refunded before it was taken': {
    breaks: ['refund-first', 'refund-during-charge', 'list-payments', 'restart-remembers'],
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
    breaks: ['refund-again', 'take-after-refund', 'restart-remembers'],
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
      'restart-in-hand',
      'restart-remembers',
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
    breaks: ['pending-settles', 'restart-pending'],
    fault: () => ({ answers: (command, rules) => rules(command, nothing) }),
  },
  'takes what it declined before': {
    breaks: ['declined-asked-again', 'restart-remembers'],
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
    breaks: [
      'take-expired',
      'refund-first',
      'take-after-refund',
      'refund-of-pending',
      'refund-during-charge',
      'restart-remembers',
    ],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        return answer?.type === 'payment.payment-cancelled.v1'
          ? saying('payment-taken', command, { amount: amountIn(command) })
          : answer;
      },
    }),
  },
  'declines, and takes all the same, once': {
    breaks: ['take-declined'],
    fault: () => {
      const refused = new Map<string, Received>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (answer?.type === declined && refused.size === 0) refused.set(idOf(command), command);
          const taken = command.type === types.refund && refused.get(idOf(command));
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
  'charges twice a message that comes twice': {
    breaks: ['take-redelivered'],
    fault: () => chargesTwice((takes) => takes.length === 2 && isOneMessage(takes)),
  },
  'charges twice what is asked again': {
    breaks: ['take-asked-again'],
    fault: () =>
      chargesTwice(
        (takes) =>
          takes.length === 2 &&
          !isOneMessage(takes) &&
          hasToken(takes[0], 'tok_ok') &&
          takes[0]?.['expirytime'] === undefined,
      ),
  },
  'charges twice what comes many times at once': {
    breaks: ['take-many-at-once'],
    fault: () => chargesTwice((takes) => takes.length > 2),
  },
  'charges twice what is asked again while it works on it': {
    breaks: ['take-asked-again-meanwhile'],
    fault: () => chargesTwice((takes) => takes.length === 2 && hasToken(takes[0], 'tok_slow')),
  },
  'charges a little more, once': {
    breaks: ['take'],
    fault: () => {
      let isOver = false;
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          const amount = amountIn(answer);
          if (!answer || !amount || isOver) return answer;
          isOver = true;
          return withAmount(answer, { ...amount, amount: '13' });
        },
      };
    },
  },
  'gives nothing back, the second time that somebody wants it at once': {
    breaks: ['refund'],
    fault: () => {
      let before: Received | undefined;
      let count = 0;
      const nth = counting();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          const isAtOnce = before !== undefined && idOf(before) === idOf(command);
          const isCounted = command.type === types.refund && isAtOnce && amountIn(answer)?.amount === '12';
          before = hasToken(command, 'tok_ok') && nth(command) === 1 ? command : undefined;
          if (isCounted) count += 1;
          return answer && isCounted && count === 2 ? withAmount(answer, null) : answer;
        },
      };
    },
  },
  'has nothing to give back when asked again at once': {
    breaks: ['refund-again'],
    fault: () => {
      let before: Received | undefined;
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          const isAgain = before?.type === types.refund && idOf(before) === idOf(command);
          before = command;
          return answer && command.type === types.refund && isAgain ? withAmount(answer, null) : answer;
        },
      };
    },
  },
  'takes once more what it has given back': {
    breaks: ['take-after-refund'],
    fault: () => {
      const givenBack = new Set<string>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (command.type === types.refund && amountIn(answer)) givenBack.add(idOf(command));
          return answer?.type === cancelled && givenBack.has(idOf(command)) && hasToken(command, 'tok_ok')
            ? saying('payment-taken', command, { amount: amountIn(command) })
            : answer;
        },
      };
    },
  },
  'takes what was refunded before it came': {
    breaks: ['refund-first'],
    fault: () => {
      const known = new Set<string>();
      return untilRestarted({
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          const isTaken = answer?.type === cancelled && !known.has(idOf(command)) && !command['expirytime'];
          if (command.type === types.take) known.add(idOf(command));
          return isTaken && !hasToken(command, 'tok_slow')
            ? saying('payment-taken', command, { amount: amountIn(command) })
            : answer;
        },
      });
    },
  },
  'answers that it takes what was refunded while it charged': {
    breaks: ['refund-during-charge'],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        return answer?.type === cancelled && hasToken(command, 'tok_slow')
          ? saying('payment-taken', command, { amount: amountIn(command) })
          : answer;
      },
    }),
  },
  'captures silently what was refunded while it charged': {
    breaks: ['refund-during-charge'],
    fault: () => {
      const charged = new Map<string, Received>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (answer?.type === cancelled && hasToken(command, 'tok_slow'))
            charged.set(idOf(command), command);
          return answer && command.type === types.listCharges
            ? alterItems(answer, (item) => {
                const take = charged.get(String(item['key']));
                return take ? { ...item, captured: amountIn(take) } : item;
              })
            : answer;
        },
      };
    },
  },
  'captures silently what was refunded while it was pending': {
    breaks: ['refund-of-pending'],
    fault: () => {
      const noting = refundedWhilePending();
      const captured = new Map<string, Received>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          const take = noting(command, answer);
          if (take) setTimeout(() => captured.set(idOf(take), take), 20);
          return answer && command.type === types.listCharges
            ? alterItems(answer, (item) => {
                const silently = captured.get(String(item['key']));
                return silently ? { ...item, captured: amountIn(silently) } : item;
              })
            : answer;
        },
      };
    },
  },
  'tells, later, that it has taken what was refunded while it was pending': {
    breaks: ['refund-of-pending'],
    fault: () => {
      const noting = refundedWhilePending();
      const settling = new Map<string, () => void>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (answer?.type === 'payment.payment-pending.v1') {
            const tell = (): void => later(saying('payment-taken', command, { amount: amountIn(command) }));
            settling.set(idOf(command), tell);
          }
          const take = noting(command, answer);
          if (take && command.type === types.refund) setTimeout(settling.get(idOf(take)) ?? nothing, 20);
          return answer;
        },
      };
    },
  },
  'never settles what is pending, until it is started again': {
    breaks: ['pending-settles'],
    fault: () => untilRestarted({ answers: (command, rules) => rules(command, nothing) }),
  },
  'declines once and takes the second time': {
    breaks: ['declined-asked-again'],
    fault: () => {
      const nth = counting();
      return untilRestarted({
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          return answer?.type === declined && nth(command) > 1
            ? saying('payment-taken', command, { amount: amountIn(command) })
            : answer;
        },
      });
    },
  },
  'forgets what it must not take when it is started again': {
    breaks: ['restart-remembers'],
    fault: () => {
      const [unheardOf, known, forgotten] = [new Set<string>(), new Set<string>(), new Set<string>()];
      return {
        answers: (command, rules, later) => {
          const id = idOf(command);
          if (command.type === types.refund && !known.has(id)) unheardOf.add(id);
          known.add(id);
          return command.type === types.take && forgotten.has(id)
            ? saying('payment-taken', command, { amount: amountIn(command) })
            : rules(command, later);
        },
        restarted: (rules) => {
          for (const id of unheardOf) forgotten.add(id);
          return rules;
        },
      };
    },
  },
  'forgets when to settle what is pending': {
    breaks: ['restart-pending'],
    fault: () => ({ forgetsTimers: true }),
  },
  'does not answer list-payments': {
    breaks: ['list-payments'],
    fault: () => silentAbout(types.listPayments),
  },
  'does not answer list-charges': {
    breaks: ['list-charges'],
    fault: () => silentAbout(types.listCharges),
  },
  'says, long after, that it has taken what it declined': {
    breaks: ['answers-stand'],
    fault: () => {
      const declines = new Map<string, () => void>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (answer?.type === declined) {
            const tell = (): void => later(saying('payment-taken', command, { amount: amountIn(command) }));
            declines.set(idOf(command), tell);
          }
          if (command.type === types.refund) setTimeout(declines.get(idOf(command)) ?? nothing, 5);
          return answer;
        },
      };
    },
  },
  'does not write down that it has refunded yen': {
    breaks: ['books-of-payments'],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        return answer && command.type === types.listPayments
          ? alterItems(answer, (item) =>
              (item['amount'] as Amount | null)?.currency === 'JPY' ? { ...item, status: 'TAKEN' } : item,
            )
          : answer;
      },
    }),
  },
  'charges twice what is asked again, and gives one of them back': {
    breaks: ['books-of-charges'],
    fault: () => {
      const nth = counting();
      const twice = new Set<string>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (answer?.type === taken && nth(command) > 1) twice.add(idOf(command));
          return answer && command.type === types.listCharges
            ? alterItems(answer, (item) =>
                twice.has(String(item['key'])) && item['captured']
                  ? { ...item, captured: times(item['captured'] as Amount, 2) }
                  : item,
              )
            : answer;
        },
      };
    },
  },
};
