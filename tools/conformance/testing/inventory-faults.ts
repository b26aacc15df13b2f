import { faultsAboutExpiry } from './faults-about-expiry.js';
import {
  counting,
  holdElsewhere,
  idOf,
  linesOf,
  saying,
  types,
  type PlantedFaults,
} from './planted-fault.js';
import type { Received } from './fake-participant.js';

export const fakeSku = 'OAK-TABLE';
export const fakeStock = 30;

const reserved = 'inventory.stock-reserved.v1';

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
    breaks: ['release-first'],
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
    breaks: ['reserve-redelivered', 'reserve-asked-again', 'reserve-many-at-once'],
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
    breaks: ['reserve-redelivered', 'reserve-asked-again', 'reserve-many-at-once', 'reserve-again-expired'],
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
  'agrees to release what is sold': {
    breaks: ['release-after-commit'],
    fault: () => ({
      answers: (command, rules, later) =>
        rules(command, later) ??
        (command.type === types.release ? saying('stock-released', command) : undefined),
    }),
  },
  'agrees to take back what is not sold': {
    breaks: ['return-of-unsold'],
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
      return {
        answers: (command, rules, later) => {
          const again = command.type === types.commit && nth(command) > 1;
          if (again) holdElsewhere(rules, command, [{ sku: fakeSku, quantity: 1 }]);
          return rules(command, later);
        },
      };
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
};
