import type { OpsCommand } from './command.js';
import { auditCommand } from './commands/audit.js';

/** Every group of commands, in the order in which they are listed. */
export const commands: readonly OpsCommand[] = [auditCommand];
