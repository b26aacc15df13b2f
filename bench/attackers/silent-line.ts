import { commitStatement } from '../../tools/faults/tcp-proxy.js';
import type { Attack } from './attack.js';

const everyMs = 10_000;

/** Now and then the connection of a COMMIT is lost, and neither end is told. */
export const silentLine: Attack = {
  name: 'silent line',
  begin: async ({ line }) => {
    let lost = 0;
    const lose = (): void => void line.loseAt(commitStatement, 'before').then(() => (lost += 1));
    lose();
    const timer = setInterval(lose, everyMs);
    return {
      end: async () => {
        clearInterval(timer);
        line.forgetPlan();
        return `${lost} COMMITs lost`;
      },
    };
  },
};
