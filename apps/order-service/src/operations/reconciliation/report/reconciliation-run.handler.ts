import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { money, moneyToJson } from '#libs/kernel/money.js';
import { RunNotFound } from '../reconciliation.errors.js';
import { ReconciliationRunRow } from '../reconciliation-run.row.js';
import { toRunView } from './reconciliation-runs.handler.js';
import { ReconciliationRun, type RunAnswer } from './reconciliation-runs.query.js';

@QueryHandler(ReconciliationRun)
export class ReconciliationRunHandler implements IQueryHandler<ReconciliationRun> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute({ runId }: ReconciliationRun): Promise<RunAnswer> {
    const row = await this.source.getRepository(ReconciliationRunRow).findOneBy({ id: runId });
    if (!row) throw new RunNotFound(runId);
    const kinds = await this.source.query<{ kind: string; count: string }[]>(
      `SELECT kind, COUNT(*) AS count FROM reconciliation_findings WHERE state = 'open' GROUP BY kind ORDER BY kind`,
    );
    const amounts = await this.source.query<{ currency: string; amount: string }[]>(
      `SELECT currency, SUM(amount_minor) AS amount FROM reconciliation_findings
        WHERE state = 'open' AND currency IS NOT NULL GROUP BY currency ORDER BY currency`,
    );
    return {
      ...toRunView(row),
      open: kinds.map(({ kind, count }) => ({ kind, count: Number(count) })),
      atRisk: amounts.map(({ currency, amount }) => moneyToJson(money(Number(amount), currency))),
    };
  }
}
