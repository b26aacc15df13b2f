import type { Commit } from './simulated-database.js';

type Shown = Readonly<Record<string, unknown>>;

/** The fields of rows that are shown in the trace. */
const shownFields = [
  'id',
  'sku',
  'key',
  'messageId',
  'type',
  'status',
  'step',
  'revision',
  'version',
  'available',
  'reserved',
  'sold',
];

export const describeCommit = ({ changes }: Commit): string =>
  changes
    .map(({ table, before, after }) => {
      const sign = before ? (after ? '~' : '-') : '+';
      const row = (after ?? before) as Shown;
      const shown = shownFields.flatMap((name) =>
        row[name] === undefined || row[name] === null ? [] : [String(row[name])],
      );
      return `${sign}${table.row.name.replace(/Row$/, '')}(${shown.join(' ')})`;
    })
    .join(' ');
