import { counter, gauge, histogram } from '#libs/observability/metrics.js';
import type { GroupCommitter } from './group-committer.js';
import { transactionResults, type GroupObserver } from './group-observer.js';

const groupSizes = [1, 2, 5, 10, 20, 50, 100, 200, 500];

const committers = new Map<string, GroupCommitter>();

/** The group committer's metrics as `orders_unit_of_work_*{database}`. */
export function unitOfWorkMetrics(database: string): Pick<GroupObserver, 'transactionEnded'> {
  const size = histogram({
    name: 'orders_unit_of_work_group_size',
    help: 'Units of work in one committed transaction.',
    labels: ['database'],
    buckets: groupSizes,
  });
  const duration = histogram({
    name: 'orders_unit_of_work_group_duration_seconds',
    help: 'From the begin of a transaction to the end of its commit.',
    labels: ['database'],
  });
  const transactions = counter({
    name: 'orders_unit_of_work_transactions_total',
    help: 'Transactions by how they ended; all but the first two results are tried again or reported.',
    labels: ['database', 'result'],
  });
  for (const result of transactionResults) transactions.inc({ database, result }, 0);
  return {
    transactionEnded: (members, durationMs, result) => {
      transactions.inc({ database, result });
      if (result !== 'committed') return;
      size.observe({ database }, members);
      duration.observe({ database }, durationMs / 1000);
    },
  };
}

/** Shows how many units wait, at each scrape. @returns stops showing it. */
export function observeWaitingUnits(database: string, committer: GroupCommitter): () => void {
  committers.set(database, committer);
  gauge({
    name: 'orders_unit_of_work_waiting',
    help: 'Units of work that wait for a group, by priority; set-aside: for a row that another session holds.',
    labels: ['database', 'priority'],
    collect: (metric) => {
      for (const [name, { waiting }] of committers) {
        for (const [priority, count] of Object.entries(waiting))
          metric.set({ database: name, priority }, count);
      }
    },
  });
  return () => {
    if (committers.get(database) === committer) committers.delete(database);
  };
}
