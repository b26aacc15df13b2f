import type { Command } from 'commander';
import type { Query } from '../api-client.js';
import { secondsOf } from '../options.js';

export interface FilterOptions {
  readonly saga?: string;
  readonly version?: string;
  readonly status?: readonly string[];
  readonly step?: string;
  readonly cause?: string;
  readonly unknown?: true;
  readonly olderThan?: number;
  readonly order?: string;
}

/** Options that say which sagas are meant. */
export const narrowed = (command: Command): Command =>
  command
    .option('--saga <name>', 'of this kind, such as place-order')
    .option('--version <number>', 'of this version')
    .option(
      '--status <status>',
      'such as needs-attention; may be given again',
      (status, others: string[] = []) => [...others, status],
    )
    .option('--step <step>', 'at this step')
    .option('--cause <code>', 'rolled back, or in need of attention, for this cause')
    .option('--older-than <age>', 'begun so long ago, such as 15m', secondsOf)
    .option('--order <id>', 'of this order')
    .option('--unknown', 'of a version that the service does not have');

/** As the API takes it. */
export const filterOf = ({ olderThan, order, unknown, saga, version, status, step, cause }: FilterOptions) =>
  ({
    saga,
    version,
    status,
    step,
    cause,
    subject: order,
    known: unknown && 'false',
    olderThanSeconds: olderThan,
  }) satisfies Query;
