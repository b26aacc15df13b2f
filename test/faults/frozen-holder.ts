import { commitStatement, type TcpProxy } from '../../tools/faults/tcp-proxy.js';
import type { ServiceProcess } from '../support/service-process.js';

/**
 * Has a process stand still before a COMMIT: what it has locked stays locked for as long as the server believes in it.
 * When it is thawed, its COMMIT goes on its way. @param line from the process to its database.
 */
export async function freezeWithRows(service: ServiceProcess, line: TcpProxy): Promise<void> {
  await line.holdAt(commitStatement);
  service.freeze();
}

export function thawWithRows(service: ServiceProcess, line: TcpProxy): void {
  service.thaw();
  line.heal();
}
