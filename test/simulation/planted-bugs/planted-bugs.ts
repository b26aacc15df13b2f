import type { Parts } from '../services/parts.js';

/** A mistake that one could make, put in the place of a real part. The simulation has to notice. */
export interface PlantedBug {
  readonly name: string;
  readonly what: string;
  readonly parts: Parts;
}

export const plantedBugs: readonly PlantedBug[] = [];

/** @throws Error that names those there are. */
export function plantedBug(name: string | undefined): PlantedBug | undefined {
  if (name === undefined) return undefined;
  const bug = plantedBugs.find((each) => each.name === name);
  if (!bug)
    throw new Error(`no bug is called ${name}; there are ${plantedBugs.map((each) => each.name).join(', ')}`);
  return bug;
}
