import type { Query } from '../api-client.js';
import { secondsOf } from '../options.js';

/** Options that say which sagas are meant. */
export const filterOptions = {
  saga: { type: 'string' },
  version: { type: 'string' },
  status: { type: 'string', multiple: true },
  step: { type: 'string' },
  cause: { type: 'string' },
  unknown: { type: 'boolean' },
  'older-than': { type: 'string' },
  order: { type: 'string' },
} as const;

export const filterUsage =
  '[--saga NAME] [--version N] [--status STATUS]... [--step STEP] [--cause CODE]\n' +
  '             [--older-than 15m] [--order ID] [--unknown]';

interface FilterValues {
  readonly saga?: string | undefined;
  readonly version?: string | undefined;
  readonly status?: string[] | undefined;
  readonly step?: string | undefined;
  readonly cause?: string | undefined;
  readonly unknown?: boolean | undefined;
  readonly 'older-than'?: string | undefined;
  readonly order?: string | undefined;
}

export const filterQuery = ({
  saga,
  version,
  status,
  step,
  cause,
  unknown,
  order,
  'older-than': olderThan,
}: FilterValues): Query => ({
  saga,
  version,
  status,
  step,
  cause,
  subject: order,
  known: unknown === true ? 'false' : undefined,
  olderThanSeconds: olderThan === undefined ? undefined : secondsOf(olderThan),
});
