import { cpus, totalmem } from 'node:os';
import type { Servers } from '../system-under-test/servers.js';

/** The machine that the results are from. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly database: string;
  readonly broker: string;
  readonly revision: string;
}

export function readMachine({ versions }: Servers): Machine {
  const cores = cpus();
  return {
    cores: cores.length,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    ...versions,
    revision: process.env['BENCH_REVISION'] || 'unknown',
  };
}
