import { oldRows, type Prunable, secondsOf } from '#libs/persistence/housekeeping';
import { timelineTrimming } from '#libs/saga/runner';
import type { Config } from '../config.js';
import { orderSagaPruning } from './order-saga-pruning.js';

type Keeping = Pick<Config, 'IDEMPOTENCY_KEEP_HOURS' | 'SAGA_KEEP_DAYS'>;

/** What is kept of orders for a while only, beside the inbox; docs/data-retention.md says why each for so long. */
export const prunablesOf = (config: Keeping): Prunable[] => [
  idempotencyKeys(secondsOf.hours(config.IDEMPOTENCY_KEEP_HOURS)),
  orderSagaPruning(config.SAGA_KEEP_DAYS),
  timelineTrimming(),
];

const idempotencyKeys = (keepSeconds: number): Prunable =>
  oldRows({
    table: 'idempotency_keys',
    key: 'scope',
    since: 'created_at',
    index: 'idempotency_keys_created_at',
    keepSeconds,
    batchSize: 500,
  });
