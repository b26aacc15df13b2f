import type { AddCommands } from './command.js';
import { addAudit } from './commands/audit.js';
import { addParked } from './commands/parked.js';
import { addProposals } from './commands/proposals.js';
import { addReconciliation } from './commands/reconciliation.js';
import { addSagas } from './commands/sagas.js';

/** Every group of commands, in the order in which they are listed. */
export const groups: readonly AddCommands[] = [
  addSagas,
  addParked,
  addReconciliation,
  addProposals,
  addAudit,
];
