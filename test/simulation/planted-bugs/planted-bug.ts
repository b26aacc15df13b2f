import type { Parts } from '../services/parts.js';

/** A mistake that one could make, put in the place of a real part. The simulation has to notice. */
export interface PlantedBug {
  readonly name: string;
  /** What is wrong, as a sentence. */
  readonly what: string;
  readonly parts: Parts;
}
