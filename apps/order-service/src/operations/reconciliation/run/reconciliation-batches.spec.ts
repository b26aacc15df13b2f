import { describe, expect, it } from '@jest/globals';
import { FindOperator, type DataSource } from 'typeorm';
import { newId } from '#libs/kernel/ids.js';
import { ReconciliationFindingRow } from '../reconciliation-finding.row.js';
import { ReconciliationBatches } from './reconciliation-batches.reader.js';

const startedAt = new Date('2026-01-01T00:00:10Z');

const findingOf = (runId: string, lastSeenAt: string): Partial<ReconciliationFindingRow> => ({
  id: newId(),
  kind: 'saga-needs-attention',
  state: 'open',
  orderId: newId(),
  runId,
  lastSeenAt: new Date(lastSeenAt),
});

/** Has these findings, and nothing else. */
const sourceWith = (...findings: readonly Partial<ReconciliationFindingRow>[]): DataSource => {
  const find = ({ where }: { where: Record<string, unknown> }) =>
    findings.filter((row) =>
      Object.entries(where).every(([name, wanted]) =>
        matches(row[name as keyof ReconciliationFindingRow], wanted as FindOperator<unknown>),
      ),
    );
  const isOfFindings = (row: unknown): boolean => row === ReconciliationFindingRow;
  const getRepository = (row: unknown) => ({
    find: (query: { where: Record<string, unknown> }) =>
      Promise.resolve(isOfFindings(row) ? find(query) : []),
    findBy: () => Promise.resolve([]),
  });
  return { getRepository } as unknown as DataSource;
};

function matches(value: unknown, { type, value: operand }: FindOperator<unknown>): boolean {
  if (type === 'in') return (operand as readonly unknown[]).includes(value);
  return type === 'lessThan' ? (value as Date) < (operand as Date) : value !== operand;
}

describe('ReconciliationBatches', () => {
  const run = { id: newId(), state: 'items', comparedTo: null, startedAt, since: null } as const;

  it('takes for gone what an earlier run has found, and this one has not', async () => {
    const earlier = findingOf(newId(), '2026-01-01T00:00:00Z');
    const { findings } = await new ReconciliationBatches(sourceWith(earlier)).gone(run, null, 0);
    expect(findings).toEqual([earlier]);
  });

  it('never takes for gone what the run has found itself, though the clock of its worker is behind', async () => {
    const own = findingOf(run.id, '2026-01-01T00:00:09Z');
    const { findings } = await new ReconciliationBatches(sourceWith(own)).gone(run, null, 0);
    expect(findings).toEqual([]);
  });
});
