import type { Parts } from '../services/parts.js';

/** A mistake that one could make, in place of a real part. The simulation has to detect it. */
export interface PlantedBug {
  readonly name: string;
  /** What is wrong, as a sentence. */
  readonly what: string;
  readonly parts: Parts;
}
