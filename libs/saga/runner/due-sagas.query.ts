import type { DataSource } from 'typeorm';
import { bytesToId } from '#libs/kernel/ids.js';
import type { DueSaga } from './saga-runner.js';

interface Row {
  readonly id: Buffer;
  readonly subject: Buffer;
  readonly revision: number;
}

/**
 * Sagas whose deadline has passed by the database's own clock, longest ago first. Not locked: whoever acts on one says
 * its revision, and only the first to do so counts.
 */
export async function dueSagas(
  dataSource: DataSource,
  definitions: readonly { readonly name: string; readonly version: number }[],
  limit: number,
): Promise<DueSaga[]> {
  if (definitions.length === 0) return [];
  // Sagas of another release are left to its processes; in the batch they would only take the place of others.
  const known = definitions.map(() => '(?, ?)').join(', ');
  const rows: Row[] = await dataSource.query(
    `SELECT id, subject, revision
       FROM sagas
      WHERE deadline_at <= UTC_TIMESTAMP(6) AND (saga, version) IN (${known})
      ORDER BY deadline_at
      LIMIT ?`,
    [...definitions.flatMap(({ name, version }) => [name, version]), limit],
  );
  return rows.map(({ id, subject, revision }) => ({
    id: bytesToId(id),
    subject: bytesToId(subject),
    revision,
  }));
}
