import type { Attack } from './attack.js';
import { greedyCaller } from './greedy-caller.js';
import { heldRow } from './held-row.js';
import { silentLine } from './silent-line.js';
import { waits } from './waits.js';

/** In the order in which they come. */
export const attacks: readonly Attack[] = [
  waits,
  greedyCaller('withheld bodies', { habit: 'withheld bodies', connections: 1_005 }),
  greedyCaller('timelines', { habit: 'burst', connections: 1_300, againAfterMs: 0 }),
  heldRow,
  silentLine,
];
