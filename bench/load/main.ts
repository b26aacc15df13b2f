import { runClosedLoop } from './closed-loop.js';
import type { LoadPlan } from './load.js';
import { runOpenLoop } from './open-loop.js';

/** A process of its own, so that what the load itself costs is seen and has a name. */
process.once('message', (plan: LoadPlan) => {
  const run = plan.kind === 'closed' ? runClosedLoop(plan) : runOpenLoop(plan);
  // It stays until it is ended: its usage is sampled once more.
  void run.then((result) => process.send!(result));
});
process.once('disconnect', () => process.exit());
process.send!('ready');
