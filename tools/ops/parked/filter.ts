import { InvalidArgumentError, type Command } from 'commander';

export interface FilterOptions {
  readonly group?: Group;
  readonly queue?: string;
  readonly type?: string;
  readonly cause?: string;
  readonly saga?: string;
  readonly subject?: string;
  readonly from?: string;
  readonly to?: string;
}

interface Group {
  readonly queue: string;
  readonly type: string;
  readonly reason: string;
}

/** Options that say which parked messages are meant. `--reason` is the operator's own. */
export const narrowed = (command: Command): Command =>
  command
    .option('--group <queue,type,cause>', 'of one group, as `parked groups` names it', groupOf)
    .option('--queue <queue>', 'parked from this queue')
    .option('--type <type>', 'of this type')
    .option('--cause <cause>', 'parked for this cause')
    .option('--saga <id>', 'of this saga')
    .option('--subject <id>', 'about this order or product')
    .option('--from <time>', 'parked since then')
    .option('--to <time>', 'parked until then');

/** As the API takes it. */
export const filterOf = ({ group, cause, queue, type, saga, subject, from, to }: FilterOptions) => ({
  queue,
  type,
  saga,
  subject,
  from,
  to,
  reason: cause,
  ...group,
});

/** As `parked groups` writes it. */
export const groupText = (queue: string, type: string | null, reason: string): string =>
  [queue, type ?? 'none', reason].join(',');

function groupOf(text: string): Group {
  const [queue, type, reason, ...more] = text.split(',');
  if (!queue || !type || !reason || more.length > 0)
    throw new InvalidArgumentError('It is no group; `parked groups` lists them.');
  return { queue, type, reason };
}
