import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ReconciliationRunRow } from '../reconciliation-run.row.js';
import { ReconciliationRuns, type RunsAnswer, type RunView } from './reconciliation-runs.query.js';

const runsShown = 20;

@QueryHandler(ReconciliationRuns)
export class ReconciliationRunsHandler implements IQueryHandler<ReconciliationRuns> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute(): Promise<RunsAnswer> {
    // Ids grow with time.
    const rows = await this.source
      .getRepository(ReconciliationRunRow)
      .find({ order: { id: 'DESC' }, take: runsShown });
    return { items: rows.map(toRunView) };
  }
}

export function toRunView(row: ReconciliationRunRow): RunView {
  const { id, state, startedBy, items, orders, findings, failure, since, startedAt, endedAt } = row;
  return {
    id,
    state,
    startedBy,
    items,
    orders,
    findings,
    failure,
    since: since?.toISOString() ?? null,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
