import type { Table } from '#libs/persistence/database/table.js';
import type { Place } from './parts.js';

const intervalMs = 500;

export interface DueRows<Row> {
  readonly dueAt: (row: Row) => Date | null;
  readonly act: (rows: readonly Row[]) => Promise<void>;
}

/**
 * A poller for rows that become due, which polls only when one of them is: a run would have thousands of polls that
 * find nothing.
 */
export function pollDue<Row, Key>(
  { world, life, database }: Place,
  table: Table<Row, Key>,
  { dueAt, act }: DueRows<Row>,
): void {
  const { schedule, chance } = world;
  let planned: { at: number; cancel(): void } | undefined;
  let isBusy = false;

  const plan = (): void => {
    if (isBusy || !life.isAlive) return;
    let earliest = Infinity;
    for (const row of database.all(table)) earliest = Math.min(earliest, dueAt(row)?.getTime() ?? Infinity);
    const at = Math.max(schedule.now, earliest);
    if (at === planned?.at) return;
    planned?.cancel();
    planned = undefined;
    if (earliest === Infinity) return;
    const timer = life.after(at - schedule.now + chance.between(1, intervalMs), () => void look());
    planned = { at, cancel: () => timer.cancel() };
  };

  const look = async (): Promise<void> => {
    planned = undefined;
    isBusy = true;
    const due = [...database.all(table)].filter((row) => (dueAt(row)?.getTime() ?? Infinity) <= schedule.now);
    if (!database.isAway) await act(due);
    await life.pause(intervalMs);
    isBusy = false;
    plan();
  };

  database.onCommitted(({ changes }) => {
    if (changes.some((change) => change.table.row === table.row)) plan();
  });
  plan();
}
