import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { In, IsNull, MoreThan, type DataSource } from 'typeorm';
import { bytesToId, idToBytes, isId } from '#libs/kernel/ids.js';
import { SagaRow } from '#libs/saga/saga.row.js';
import {
  expectationOf,
  finding,
  findingsOf,
  findingsWithoutOrder,
  type ReconciledPayment,
  type Finding,
} from '../domain/reconciliation.js';
import { OrderRow } from '../persistence/order.row.js';
import type { PlaceOrderData } from '../place-order-saga/place-order.saga.js';
import { chargeItemId, ReconciliationItemRow } from '../reconciliation/reconciliation-item.row.js';
import type { ReconciliationRunRow } from '../reconciliation/reconciliation-run.row.js';
import { placeOrderSagaId } from '../saga-ids/saga-ids.js';
import { money } from '#libs/kernel/money.js';

/** Orders, or items, that are compared at once. */
const batchSize = 500;

/** Sagas that need attention, in one report; the list of sagas shows all of them. */
const attentionMost = 1_000;

export interface Batch {
  readonly findings: readonly Finding[];
  readonly orders: number;
  /** Null: this was the last one of its phase. */
  readonly comparedTo: string | null;
}

type Run = Pick<ReconciliationRunRow, 'id' | 'state' | 'comparedTo' | 'startedAt'>;

/** Looks at the next few orders, or at the next few items, of a run, and says what is wrong with them. */
@Injectable()
export class ReconciliationBatches {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  next(run: Run, quietSeconds: number): Promise<Batch> {
    return run.state === 'orders' ? this.ofOrders(run, quietSeconds) : this.ofItems(run);
  }

  /**
   * Orders that were at rest when the run began. What was listed is as old as the run at most, so an order that has changed
   * since, or a moment before, would be compared with what is not so any more: it is left for the next run.
   */
  private async ofOrders(run: Run, quietSeconds: number): Promise<Batch> {
    const rows = await this.source.getRepository(OrderRow).find({
      ...(run.comparedTo !== null && { where: { id: MoreThan(run.comparedTo) } }),
      order: { id: 'ASC' },
      take: batchSize,
    });
    const quietBefore = run.startedAt.getTime() - quietSeconds * 1000;
    const atRest = rows.filter(
      ({ status, updatedAt }) => expectationOf(status) !== null && updatedAt.getTime() < quietBefore,
    );
    const ids = atRest.map(({ id }) => id);
    const sagas = await this.placeOrderSagas(ids);
    const items = await this.itemsOf(run.id, ids, [...sagas.values()]);
    const findings = atRest.flatMap((row) =>
      findingsOf(
        {
          id: row.id,
          status: row.status,
          total: money(row.totalMinor, row.currency),
          paidByCard: row.details.payment.method === 'card',
          expected: sagas.get(row.id) ?? null,
        },
        ...partsOf(items.get(row.id) ?? [], row.id),
      ),
    );
    return { findings, orders: atRest.length, comparedTo: lastOf(rows, ({ id }) => id) };
  }

  /** Items that name an order that does not exist. An order is there before anything is asked for it. */
  private async ofItems(run: Run): Promise<Batch> {
    const rows = await this.source.getRepository(ReconciliationItemRow).find({
      where: { runId: run.id, ...(run.comparedTo !== null && { itemId: MoreThan(run.comparedTo) }) },
      order: { itemId: 'ASC' },
      take: batchSize,
    });
    const orphans = await this.withoutOrder(run.id, rows);
    const findings = orphans.flatMap((item) => {
      const named = item.content as { readonly charge?: { readonly orderId: string | null } };
      return findingsWithoutOrder(...partsOf([item], named.charge?.orderId ?? 'unknown'));
    });
    const comparedTo = lastOf(rows, ({ itemId }) => itemId);
    const attention = comparedTo === null ? await this.sagasThatNeedAttention() : [];
    return { findings: [...findings, ...attention], orders: 0, comparedTo };
  }

  private async placeOrderSagas(orderIds: readonly string[]) {
    const rows = await this.source
      .getRepository(SagaRow)
      .find({ select: { id: true, data: true }, where: { id: In(orderIds.map(placeOrderSagaId)) } });
    return new Map(rows.map(({ id, data }) => [id, data as PlaceOrderData]));
  }

  /**
   * What was listed for orders, by order: what names it, and the charge of its own payment, which the provider may keep
   * under the payment's id only.
   */
  private async itemsOf(runId: string, orderIds: readonly string[], sagas: readonly PlaceOrderData[]) {
    const items = this.source.getRepository(ReconciliationItemRow);
    const orderOf = new Map(sagas.map(({ orderId, paymentId }) => [chargeItemId(paymentId), orderId]));
    const named = await items.findBy({ runId, orderId: In([...orderIds]) });
    const charged = await items.findBy({ runId, itemId: In([...orderOf.keys()]), orderId: IsNull() });
    const byOrder = new Map<string, ReconciliationItemRow[]>();
    for (const item of [...named, ...charged]) {
      const orderId = item.orderId ?? orderOf.get(item.itemId)!;
      byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), item]);
    }
    return byOrder;
  }

  /** Items of no order that exists. A charge that names none belongs to the order that its payment names. */
  private async withoutOrder(
    runId: string,
    rows: readonly ReconciliationItemRow[],
  ): Promise<ReconciliationItemRow[]> {
    const keys = rows.flatMap(({ orderId, content }) =>
      orderId === null && 'charge' in content && isId(content.charge.paymentId)
        ? [content.charge.paymentId.toLowerCase()]
        : [],
    );
    const payments = await this.source
      .getRepository(ReconciliationItemRow)
      .findBy({ runId, itemId: In(keys) });
    const orderOfPayment = new Map(payments.map(({ itemId, orderId }) => [chargeItemId(itemId), orderId]));
    const orderOf = ({ orderId, itemId }: ReconciliationItemRow): string | null =>
      orderId ?? orderOfPayment.get(itemId) ?? null;
    const named = [...new Set(rows.flatMap((row) => orderOf(row) ?? []))];
    const found = await this.source
      .getRepository(OrderRow)
      .find({ select: { id: true }, where: { id: In(named) } });
    const known = new Set(found.map(({ id }) => id));
    return rows.filter((row) => {
      const orderId = orderOf(row);
      return orderId === null || !known.has(orderId);
    });
  }

  private async sagasThatNeedAttention(): Promise<Finding[]> {
    const rows = await this.source.query<{ id: Buffer; subject: Buffer; saga: string; step: string }[]>(
      `SELECT id, subject, saga, step FROM sagas
        WHERE deadline_at IS NOT NULL AND status = 'needs-attention'
        ORDER BY started_at LIMIT ?`,
      [attentionMost],
    );
    return rows.map(({ id, subject, saga, step }) =>
      finding('saga-needs-attention', bytesToId(subject), {
        detail: `Saga ${bytesToId(id)} (${saga}) waits at ${step} and needs attention.`,
      }),
    );
  }

  /** What no run has seen any more in what this one looked through. */
  async markGone(run: Pick<ReconciliationRunRow, 'startedAt'>, firstId: string | null): Promise<void> {
    await this.source.query(
      `UPDATE reconciliation_findings SET state = 'gone'
        WHERE state IN ('open', 'fixing') AND last_seen_at < ? AND item_id > ?`,
      [run.startedAt, firstId === null ? Buffer.alloc(16) : idToBytes(firstId)],
    );
  }

  /** In small parts, so that no statement takes long. */
  async removeItems(runId: string): Promise<void> {
    for (;;) {
      const { affectedRows } = await this.source.query<{ affectedRows: number }>(
        'DELETE FROM reconciliation_items WHERE run_id = ? ORDER BY item_id LIMIT 1000',
        [idToBytes(runId)],
      );
      if (affectedRows < 1_000) return;
    }
  }

  /** Runs that a worker has to look after, by the database's own clock. */
  async due(): Promise<string[]> {
    const rows = await this.source.query<{ id: Buffer }[]>(
      'SELECT id FROM reconciliation_runs WHERE due_at <= UTC_TIMESTAMP(6) ORDER BY due_at LIMIT 10',
    );
    return rows.map(({ id }) => bytesToId(id));
  }
}

/** Payments beside their charges, and reservations. @param orderId of a charge whose provider was not told of it. */
function partsOf(items: readonly ReconciliationItemRow[], orderId: string) {
  const contents = items.map(({ content }) => content);
  const payments = new Map<string, ReconciledPayment>();
  for (const content of contents) {
    if ('payment' in content) payments.set(content.payment.paymentId, { kept: null, ...content.payment });
  }
  for (const content of contents) {
    if (!('charge' in content)) continue;
    const { paymentId, kept } = content.charge;
    const recorded = payments.get(paymentId) ?? { paymentId, orderId, recorded: null };
    payments.set(paymentId, { ...recorded, kept });
  }
  const reservations = contents.flatMap((content) => ('reservation' in content ? [content.reservation] : []));
  return [[...payments.values()], reservations] as const;
}

const lastOf = <Row>(rows: readonly Row[], idOf: (row: Row) => string): string | null => {
  const last = rows.at(-1);
  return last && rows.length === batchSize ? idOf(last) : null;
};
