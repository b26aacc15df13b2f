import type { Section } from '../section.js';
import { accept } from './accept.js';
import { saga } from './saga.js';

/** In the order in which they run. */
export const sections: readonly Section[] = [accept, saga];
