import type { OpsCommand } from './command.js';
import { auditCommand } from './commands/audit.js';
import { parkedCommand } from './commands/parked.js';
import { proposalsCommand } from './commands/proposals.js';
import { reconciliationCommand } from './commands/reconciliation.js';
import { sagasCommand } from './commands/sagas.js';

/** Every group of commands, in the order in which they are listed. */
export const commands: readonly OpsCommand[] = [
  sagasCommand,
  parkedCommand,
  reconciliationCommand,
  proposalsCommand,
  auditCommand,
];
