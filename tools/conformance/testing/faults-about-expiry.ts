import { isExpired } from '#libs/messaging/envelope/envelope.js';
import { counting, saying, type PlantedFaults } from './planted-fault.js';
import type { Received } from './fake-participant.js';

const isLate = ({ expirytime }: Received): boolean =>
  isExpired({ expirytime: expirytime as string | undefined }, new Date());

/**
 * @param step as its duties are called.
 * @param cancelled the answer to what is not begun.
 */
export const faultsAboutExpiry = (step: 'reserve' | 'take', cancelled: string): PlantedFaults => ({
  'begins what has expired': {
    breaks: [`${step}-expired`],
    fault: () => ({
      answers: (command, rules, later) => rules({ ...command, expirytime: undefined }, later),
    }),
  },
  'forgets what had expired': {
    breaks: [`${step}-expired`],
    fault: () => {
      const nth = counting();
      return {
        answers: (command, rules, later) =>
          nth(command) === 1 && isLate(command) ? saying(cancelled, command) : rules(command, later),
      };
    },
  },
  'cancels what it has carried out, when it comes again too late': {
    breaks: [`${step}-again-expired`],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        return answer && isLate(command) ? saying(cancelled, command) : answer;
      },
    }),
  },
});
