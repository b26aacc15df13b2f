import type { Habit } from '../../tools/faults/greedy-caller.js';
import { habitsOf } from '../../tools/faults/greedy-habits.js';
import { readUsage } from '../measure/process-usage.js';
import { NodeProcess } from '../system-under-test/node-process.js';
import type { Attack, AttackedServices, OngoingAttack } from './attack.js';
import { attackerToken, placeOwnOrder } from './own-order.js';

/** What the attacker's process is asked to do, until it is told to say what it was answered. */
export interface CallerPlan {
  readonly url: string;
  readonly connections: number;
  readonly habit: Habit;
}

/** Counts by status. */
export type CallerAnswers = Readonly<Record<string, number>>;

interface GreedyOptions {
  readonly habit: keyof ReturnType<typeof habitsOf>;
  readonly connections: number;
  readonly againAfterMs?: number;
}

/** A customer with many connections and one order. */
export const greedyCaller = (name: string, { habit, connections, againAfterMs }: GreedyOptions): Attack => ({
  name,
  begin: async (on) => {
    const habits = habitsOf(attackerToken(on.services), await placeOwnOrder(on.services));
    const chosen = { ...habits[habit], ...(againAfterMs !== undefined && { againAfterMs }) };
    return call(on, { url: on.services.orderUrl, connections, habit: chosen });
  },
});

/** In a process of its own: what the attack costs the attacker is nobody else's. */
export async function call({ logs }: AttackedServices, plan: CallerPlan): Promise<OngoingAttack> {
  const caller = NodeProcess.start({
    name: 'attacker',
    file: 'bench/attackers/main.js',
    environment: { NODE_ENV: 'production' },
    logFolder: logs,
  });
  await caller.message(); // it is ready
  caller.send(plan);
  return {
    end: async () => {
      try {
        const answers = caller.message() as Promise<CallerAnswers>;
        caller.send({ over: true });
        const cpuSeconds = readUsage(caller.pid)?.cpuSeconds;
        return `${said(await answers)}, ${cpuSeconds ?? '?'} s of CPU`;
      } finally {
        await caller.end();
      }
    },
  };
}

function said(answers: CallerAnswers): string {
  const counts = Object.entries(answers).map(
    ([status, count]) => `${count.toLocaleString('en-US')} × ${status}`,
  );
  return counts.length === 0 ? 'no answer' : counts.join(', ');
}
