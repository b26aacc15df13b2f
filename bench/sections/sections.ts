import type { Section } from '../section.js';
import { accept } from './accept.js';
import { attackers } from './attackers.js';
import { cost } from './cost.js';
import { floor } from './floor.js';
import { overload } from './overload.js';
import { read } from './read.js';
import { saga } from './saga.js';
import { scale } from './scale.js';

/** In the order in which they run. */
export const sections: readonly Section[] = [accept, saga, floor, scale, overload, attackers, cost, read];
