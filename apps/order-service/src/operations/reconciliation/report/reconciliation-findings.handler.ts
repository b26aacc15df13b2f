import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import { MoreThan, type DataSource } from 'typeorm';
import { money, moneyToJson } from '#libs/kernel/money.js';
import { ReconciliationFindingRow } from '../reconciliation-finding.row.js';
import {
  ReconciliationFindings,
  type FindingsPage,
  type FindingView,
} from './reconciliation-findings.query.js';

@QueryHandler(ReconciliationFindings)
export class ReconciliationFindingsHandler implements IQueryHandler<ReconciliationFindings> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute({ filter, limit, after }: ReconciliationFindings): Promise<FindingsPage> {
    const { state, kind } = filter;
    // One more than asked for tells whether there is more.
    const rows = await this.source.getRepository(ReconciliationFindingRow).find({
      where: { state, ...(kind !== undefined && { kind }), ...(after !== null && { id: MoreThan(after) }) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    const items = rows.slice(0, limit).map(toView);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }
}

function toView(row: ReconciliationFindingRow): FindingView {
  const { id, kind, state, orderId, paymentId, reservationId, pieces, fix, detail, runId } = row;
  const { amountMinor, currency } = row;
  return {
    id,
    kind,
    state,
    orderId,
    paymentId,
    reservationId,
    pieces,
    fix,
    detail,
    runId,
    atRisk: amountMinor === null || currency === null ? null : moneyToJson(money(amountMinor, currency)),
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
  };
}
