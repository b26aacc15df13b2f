import { newId } from '#libs/kernel/ids.js';
import { faultsAboutExpiry } from './faults-about-expiry.js';
import {
  counting,
  holdElsewhere,
  alterItems,
  idOf,
  linesOf,
  nothing,
  saying,
  silentAbout,
  types,
  untilRestarted,
  type PlantedFaults,
} from './planted-fault.js';
import type { Fault, Received } from './fake-participant.js';

export const fakeSku = 'OAK-TABLE';
export const fakeStock = 30;

const reserved = 'inventory.stock-reserved.v1';
const cancelled = 'inventory.reservation-cancelled.v1';

export const inventoryFaults: PlantedFaults = {
  ...faultsAboutExpiry('reserve', 'reservation-cancelled'),
  'holds the lines that are there, and says short': {
    breaks: ['reserve-all-or-none'],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        const [first, ...others] = linesOf(command);
        const mixed = others.some(({ sku }) => sku !== first?.sku);
        if (first && mixed) holdElsewhere(rules, command, [first]);
        return answer;
      },
    }),
  },
  'forgets what was released before it was asked for': {
    breaks: ['release-first', 'list-reservations', 'restart-remembers'],
    fault: () => {
      const reserved = new Set<string>();
      return {
        answers: (command, rules, later) => {
          if (command.type === types.reserve) reserved.add(idOf(command));
          const unknown = command.type === types.release && !reserved.has(idOf(command));
          return unknown ? saying('stock-released', command) : rules(command, later);
        },
      };
    },
  },
  'holds again what is asked for again': {
    breaks: [
      'reserve-redelivered',
      'reserve-asked-again',
      'reserve-many-at-once',
      'restart-in-hand',
      'restart-remembers',
    ],
    fault: () => {
      const nth = counting();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          const again = command.type === types.reserve && nth(command) > 1;
          if (again && answer?.type === reserved) holdElsewhere(rules, command, linesOf(command));
          return answer;
        },
      };
    },
  },
  'answers the second time otherwise': {
    breaks: [
      'reserve-redelivered',
      'reserve-asked-again',
      'reserve-many-at-once',
      'reserve-again-expired',
      'restart-in-hand',
      'restart-remembers',
    ],
    fault: () => {
      const nth = counting();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          const again = command.type === types.reserve && nth(command) > 1;
          if (!again || answer?.type !== reserved) return answer;
          const shortages = linesOf(command).map(({ sku, quantity }) => ({
            sku,
            requested: quantity,
            available: 0,
          }));
          return saying('stock-short', command, { shortages });
        },
      };
    },
  },
  'keeps silent when asked again to release': {
    breaks: ['release-again'],
    fault: () => {
      const nth = counting();
      return {
        answers: (command, rules, later) =>
          command.type === types.release && nth(command) > 1 ? undefined : rules(command, later),
      };
    },
  },
  'promises the last pieces to everybody': {
    breaks: ['last-piece-once'],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        const [line] = linesOf(command);
        const wantsAll = command.type === types.reserve && line?.quantity === fakeStock;
        return wantsAll && answer ? saying('stock-reserved', command) : answer;
      },
    }),
  },
  'agrees to sell what is not held': {
    breaks: ['commit-of-nothing'],
    fault: () => ({
      answers: (command, rules, later) =>
        rules(command, later) ??
        (command.type === types.commit ? saying('stock-committed', command) : undefined),
    }),
  },
  'agrees to release what is sold, once': {
    breaks: ['release-after-commit'],
    fault: () => {
      let isOver = false;
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (answer || isOver || command.type !== types.release) return answer;
          isOver = true;
          return saying('stock-released', command);
        },
      };
    },
  },
  'agrees to release what is sold': {
    breaks: ['release-after-commit', 'answers-stand'],
    fault: () => ({
      answers: (command, rules, later) =>
        rules(command, later) ??
        (command.type === types.release ? saying('stock-released', command) : undefined),
    }),
  },
  'agrees to take back what is not sold, once': {
    breaks: ['return-of-unsold'],
    fault: () => {
      let isOver = false;
      const sold = new Set<string>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (command.type === types.commit) sold.add(idOf(command));
          if (answer || isOver || command.type !== types.giveBack || sold.has(idOf(command))) return answer;
          isOver = true;
          return saying('stock-returned', command);
        },
      };
    },
  },
  'agrees to take back what is not sold': {
    breaks: ['return-of-unsold', 'answers-stand'],
    fault: () => ({
      answers: (command, rules, later) =>
        rules(command, later) ??
        (command.type === types.giveBack ? saying('stock-returned', command) : undefined),
    }),
  },
  'agrees to other lines': {
    breaks: ['reserve-other-lines'],
    fault: () => {
      const reserved = new Set<string>();
      return {
        answers: (command, rules, later) => {
          const known = reserved.has(idOf(command));
          if (command.type === types.reserve) reserved.add(idOf(command));
          return (
            rules(command, later) ??
            (command.type === types.reserve && known ? saying('stock-reserved', command) : undefined)
          );
        },
      };
    },
  },
  'reserves a piece where the payload is broken': {
    breaks: ['broken-payload'],
    fault: () => ({
      answers: (command, rules, later) =>
        command.type === types.reserve && linesOf(command).some(({ quantity }) => quantity === 0)
          ? saying('stock-reserved', command)
          : rules(command, later),
    }),
  },
  'miscounts what is left': {
    breaks: ['reserve-short'],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        const shortages = answer?.data['shortages'] as { available: number }[] | undefined;
        if (!answer || !shortages) return answer;
        const oneMore = shortages.map((line) => ({
          ...line,
          available: line.available + (line.available ? 1 : 0),
        }));
        return { ...answer, data: { ...answer.data, shortages: oneMore } };
      },
    }),
  },
  'keeps what is returned': {
    breaks: ['return', 'return-again'],
    fault: () => ({
      answers: (command, rules, later) =>
        command.type === types.giveBack && rules({ ...command, data: { ...command.data } }, later)
          ? (holdElsewhere(rules, command, [{ sku: fakeSku, quantity: 1 }]),
            saying('stock-returned', command))
          : command.type === types.giveBack
            ? undefined
            : rules(command, later),
    }),
  },
  'answers late, once': {
    breaks: ['reserve'],
    fault: () => {
      let owed: (() => void) | undefined;
      let wasLate = false;
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (command.type === types.release) owed?.();
          if (wasLate || command.type !== types.reserve || !answer) return answer;
          wasLate = true;
          owed = () => later(answer);
          return undefined;
        },
      };
    },
  },
  'answers only what it was asked last': {
    breaks: ['many-orders'],
    fault: () => {
      let newest: Received | undefined;
      return {
        // Answers are made a moment later, from a variable that all commands share.
        answers: (command, rules, later) => {
          newest = command;
          return rules(command, later);
        },
        alterReply: (reply, command) =>
          command.type === types.reserve &&
          newest &&
          newest !== command &&
          newest.type === types.reserve &&
          linesOf(command)[0]?.quantity === 1
            ? { ...reply, data: { reservationId: idOf(newest) } }
            : reply,
      };
    },
  },
  'has one piece of what nobody has heard of': {
    breaks: ['reserve-unknown-sku'],
    fault: () => ({
      answers: (command, rules, later) => {
        const [first, ...others] = linesOf(command);
        const unheardOf = first?.sku === 'NO-SUCH-PRODUCT' && others.length === 0;
        return unheardOf ? saying('stock-reserved', command) : rules(command, later);
      },
    }),
  },
  'looks at each line alone': {
    breaks: ['reserve-adds-up-lines'],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        const lines = linesOf(command);
        const all = lines.length > 1 && lines.every(({ sku }) => sku === fakeSku);
        return all ? saying('stock-reserved', command) : answer;
      },
    }),
  },
  'does not let go of what was short': {
    breaks: ['release-of-short'],
    fault: () => {
      const short = new Set<string>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (answer?.type === 'inventory.stock-short.v1') short.add(idOf(command));
          return command.type === types.release && short.has(idOf(command)) ? undefined : answer;
        },
      };
    },
  },
  'reserves once more what was released': {
    breaks: ['reserve-after-release'],
    fault: () => {
      const known = new Set<string>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (answer?.type === reserved) known.add(idOf(command));
          const again = answer?.type === 'inventory.reservation-cancelled.v1' && known.has(idOf(command));
          return again ? saying('stock-reserved', command) : answer;
        },
      };
    },
  },
  'sells again what it is asked again to sell': {
    breaks: ['commit-again'],
    fault: () => {
      const nth = counting();
      return untilRestarted({
        answers: (command, rules, later) => {
          const again = command.type === types.commit && nth(command) > 1;
          if (again) holdElsewhere(rules, command, [{ sku: fakeSku, quantity: 1 }]);
          return rules(command, later);
        },
      });
    },
  },
  'keeps what is released': {
    breaks: ['release'],
    andOthers: true,
    fault: () => ({
      answers: (command, rules, later) =>
        command.type === types.release ? saying('stock-released', command) : rules(command, later),
    }),
  },
  'gives back what is sold': {
    breaks: ['commit'],
    andOthers: true,
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        if (command.type === types.commit && answer) rules({ ...command, type: types.giveBack }, later);
        return answer;
      },
    }),
  },
  'holds twice a message that comes twice': {
    breaks: ['reserve-redelivered'],
    fault: () => holdsAgain(({ nth, isSameMessage }) => nth === 2 && isSameMessage),
  },
  'holds twice what is asked again': {
    breaks: ['reserve-asked-again'],
    fault: () =>
      holdsAgain(({ nth, isSameMessage, isAnswered }) => nth === 2 && !isSameMessage && isAnswered),
  },
  'holds twice what comes many times at once': {
    breaks: ['reserve-many-at-once'],
    fault: () => holdsAgain(({ nth }) => nth === 5),
  },
  'loses a piece of what is released before anybody else has asked': {
    breaks: ['release'],
    fault: () => {
      let newest: Received | undefined;
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          const isAll =
            newest && idOf(newest) === idOf(command) && linesOf(newest)[0]?.quantity === fakeStock;
          if (command.type === types.release && isAll)
            holdElsewhere(rules, command, [{ sku: fakeSku, quantity: 1 }]);
          if (command.type === types.reserve) newest = answer?.type === reserved ? command : undefined;
          return answer;
        },
      };
    },
  },
  'does not believe in a sale when somebody asks for the pieces': {
    breaks: ['commit'],
    fault: () => {
      const nth = counting();
      let sold: Received | undefined;
      return untilRestarted({
        answers: (command, rules, later) => {
          if (command.type === types.reserve && sold) rules({ ...sold, type: types.giveBack }, later);
          sold = command.type === types.commit && nth(command) === 1 ? command : undefined;
          return rules(command, later);
        },
      });
    },
  },
  'keeps a piece of what is returned, unless it is asked again': {
    breaks: ['return'],
    fault: () => {
      const kept = new Map<string, string>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (command.type !== types.giveBack || !answer) return answer;
          const reservationId = kept.get(idOf(command)) ?? newId();
          const isAgain = kept.has(idOf(command));
          kept.set(idOf(command), reservationId);
          const data = { reservationId, lines: [{ sku: fakeSku, quantity: 1 }] };
          const type = isAgain ? types.release : types.reserve;
          rules({ ...command, subject: newId(), type, data }, later);
          return answer;
        },
      };
    },
  },
  'keeps silent when asked again to take back': {
    breaks: ['return-again'],
    fault: () => {
      const nth = counting();
      return {
        answers: (command, rules, later) =>
          command.type === types.giveBack && nth(command) > 1 ? undefined : rules(command, later),
      };
    },
  },
  'releases what was released before it came, and holds it all the same': {
    breaks: ['release-first'],
    fault: () => {
      const known = new Set<string>();
      return untilRestarted({
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          const isFirst = command.type === types.reserve && !known.has(idOf(command));
          if (command.type === types.reserve) known.add(idOf(command));
          return isFirst && answer?.type === cancelled && !command['expirytime']
            ? saying('stock-reserved', command)
            : answer;
        },
      });
    },
  },
  'holds all the same what is released while it works on it': {
    breaks: ['release-meanwhile'],
    fault: () => {
      const working = new Set<string>();
      return untilRestarted({
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (command.type === types.reserve) working.add(idOf(command));
          if (command.type === types.release && working.has(idOf(command)))
            holdElsewhere(rules, command, [{ sku: fakeSku, quantity: 1 }]);
          return answer;
        },
        alterReply: (reply, command) => {
          if (command.type === types.reserve) working.delete(idOf(command));
          return reply;
        },
      });
    },
  },
  'forgets what it must not hold when it is started again': {
    breaks: ['restart-remembers'],
    fault: () => {
      const [unheardOf, known, forgotten] = [new Set<string>(), new Set<string>(), new Set<string>()];
      return {
        answers: (command, rules, later) => {
          const id = idOf(command);
          if (command.type === types.release && !known.has(id)) unheardOf.add(id);
          known.add(id);
          return command.type === types.reserve && forgotten.has(id)
            ? saying('stock-reserved', command)
            : rules(command, later);
        },
        restarted: (rules) => {
          for (const id of unheardOf) forgotten.add(id);
          return rules;
        },
      };
    },
  },
  'does not answer list-reservations': {
    breaks: ['list-reservations'],
    fault: () => silentAbout(types.listReservations),
  },
  'says, long after, that it holds what was short': {
    breaks: ['answers-stand'],
    fault: () => {
      const short = new Map<string, () => void>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (answer?.type === 'inventory.stock-short.v1')
            short.set(idOf(command), () => later(saying('stock-reserved', command)));
          if (command.type === types.release) setTimeout(short.get(idOf(command)) ?? nothing, 5);
          return answer;
        },
      };
    },
  },
  'keeps as reserved, in its book, what is released twice': {
    breaks: ['books-of-reservations'],
    fault: () => {
      const nth = counting();
      const twice = new Set<string>();
      return {
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          if (command.type === types.release && nth(command) > 1) twice.add(idOf(command));
          return answer && command.type === types.listReservations
            ? alterItems(answer, (item) =>
                twice.has(String(item['reservationId'])) ? { ...item, status: 'RESERVED' } : item,
              )
            : answer;
        },
      };
    },
  },
};

interface Repeat {
  /** How often the command has come by now. */
  readonly nth: number;
  readonly isSameMessage: boolean;
  /** The one before was answered when this one came. */
  readonly isAnswered: boolean;
}

/** Holds the lines once more when a reservation comes again like that. */
function holdsAgain(isWrong: (repeat: Repeat) => boolean): Fault {
  const nth = counting();
  const before = new Map<string, { messageId: string; isAnswered: boolean }>();
  return untilRestarted({
    answers: (command, rules, later) => {
      const answer = rules(command, later);
      if (command.type !== types.reserve || answer?.type !== reserved) return answer;
      const last = before.get(idOf(command));
      const isSameMessage = last?.messageId === command.id;
      if (
        isWrong({ nth: nth(command), isSameMessage, isAnswered: last?.isAnswered ?? false }) &&
        !isLate(command)
      )
        holdElsewhere(rules, command, linesOf(command));
      before.set(idOf(command), { messageId: command.id, isAnswered: false });
      return answer;
    },
    alterReply: (reply, command) => {
      const last = before.get(idOf(command));
      if (last) last.isAnswered = true;
      return reply;
    },
  });
}

/** Commands with an expiry have duties of their own. */
const isLate = (command: Received): boolean => command['expirytime'] !== undefined;
