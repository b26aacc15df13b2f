import type { Servers } from '../system-under-test/servers.js';
import type { WatchedProcess } from './sampler.js';

/** The database server and the broker, where they are processes of this machine. */
export function serverProcesses({ pids }: Servers): WatchedProcess[] {
  return [
    ...(pids.database === undefined ? [] : [{ name: 'database', pid: pids.database }]),
    ...(pids.broker === undefined ? [] : [{ name: 'broker', pid: pids.broker }]),
  ];
}
