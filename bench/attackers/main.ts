import { GreedyCaller } from '../../tools/faults/greedy-caller.js';
import type { CallerAnswers, CallerPlan } from './greedy-caller.js';

process.once('message', ({ url, connections, habit }: CallerPlan) => {
  const caller = new GreedyCaller(new URL(url), connections, habit);
  process.once('message', () => {
    caller.end();
    process.send!(Object.fromEntries(caller.answers) satisfies CallerAnswers);
  });
});
process.once('disconnect', () => process.exit());
process.send!('ready');
