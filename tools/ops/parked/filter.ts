import { UsageError } from '../ops-error.js';

/** Options that say which parked messages are meant. `--reason` is the operator's own. */
export const filterOptions = {
  group: { type: 'string' },
  queue: { type: 'string' },
  type: { type: 'string' },
  cause: { type: 'string' },
  saga: { type: 'string' },
  subject: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
} as const;

export const filterUsage =
  '[--group QUEUE,TYPE,CAUSE] [--queue QUEUE] [--type TYPE] [--cause CAUSE]\n' +
  '             [--saga ID] [--subject ID] [--from TIME] [--to TIME]';

type FilterValues = { readonly [Name in keyof typeof filterOptions]?: string | undefined };

/** As the API takes it, without what was not given. */
export function filterOf({ group, cause, ...values }: FilterValues): Record<string, string> {
  const given: FilterValues & { reason?: string | undefined } = { ...values, reason: cause };
  const filter = { ...given, ...(group !== undefined && groupOf(group)) };
  const named = (Object.keys(filterOptions) as (keyof FilterValues)[]).filter((name) => name !== 'group');
  return Object.fromEntries(
    [...named, 'reason' as const].flatMap((name) => {
      const value = filter[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** As `parked groups` writes it. */
export const groupText = (queue: string, type: string | null, reason: string): string =>
  [queue, type ?? 'none', reason].join(',');

function groupOf(text: string): { queue: string; type: string; reason: string } {
  const [queue, type, reason, ...more] = text.split(',');
  if (!queue || !type || !reason || more.length > 0)
    throw new UsageError(`${text} is no group; \`parked groups\` lists them`);
  return { queue, type, reason };
}
