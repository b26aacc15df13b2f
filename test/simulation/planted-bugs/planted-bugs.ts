import { cancelBugs } from './cancel-bugs.js';
import { databaseBugs } from './database-bugs.js';
import { expiryBugs } from './expiry-bugs.js';
import { inventoryBugs } from './inventory-bugs.js';
import { messagingBugs } from './messaging-bugs.js';
import { nameBugs } from './name-bugs.js';
import { orderBugs } from './order-bugs.js';
import { paymentBugs } from './payment-bugs.js';
import type { PlantedBug } from './planted-bug.js';
import { readingBugs } from './reading-bugs.js';
import { reconciliationBugs } from './reconciliation-bugs.js';
import { sagaBugs } from './saga-bugs.js';

export const plantedBugs: readonly PlantedBug[] = [
  ...messagingBugs,
  ...databaseBugs,
  ...sagaBugs,
  ...expiryBugs,
  ...inventoryBugs,
  ...paymentBugs,
  ...orderBugs,
  ...nameBugs,
  ...readingBugs,
  ...reconciliationBugs,
  ...cancelBugs,
];

/** @throws Error that names those there are. */
export function plantedBug(name: string | undefined): PlantedBug | undefined {
  if (name === undefined) return undefined;
  const bug = plantedBugs.find((each) => each.name === name);
  if (!bug)
    throw new Error(`no bug is called ${name}; there are ${plantedBugs.map((each) => each.name).join(', ')}`);
  return bug;
}
