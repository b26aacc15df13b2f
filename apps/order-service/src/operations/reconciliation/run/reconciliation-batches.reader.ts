import { Injectable } from '@nestjs/common';
import { In, MoreThan, Not, type DataSource } from 'typeorm';
import { bytesToId, isId } from '#libs/kernel/ids.js';
import { prunedBefore } from '#libs/persistence/housekeeping';
import { SagaRow } from '#libs/saga/runner';
import {
  expectationOf,
  finding,
  findingsOf,
  findingsWithoutOrder,
  withoutSaga,
  type ExpectedParts,
  type Finding,
  type ReconciledPayment,
} from '../../../domain/reconciliation.js';
import { needsItsSagas } from '../../../domain/cancellation.js';
import { toOrder } from '../../../persistence/order.mapper.js';
import { OrderRow } from '../../../persistence/order.row.js';
import { placeOrderSaga, type PlaceOrderData } from '../../../sagas/place-order.saga.js';
import { ReconciliationFindingRow } from '../reconciliation-finding.row.js';
import { chargeItemId, ReconciliationItemRow } from '../reconciliation-item.row.js';
import type { ReconciliationRunRow } from '../reconciliation-run.row.js';
import { InjectBackgroundSource } from '#libs/persistence/database';

/** Orders, or items, that are compared at once. */
const batchSize = 500;

/** Sagas that need attention, in one report; the list of sagas shows all of them. */
const maxNeedingAttention = 1_000;

export interface Batch {
  readonly findings: readonly Finding[];
  /** Those that were compared. */
  readonly orders: readonly OrderRow[];
  /** Null: this was the last one of its phase. */
  readonly comparedTo: string | null;
}

/** Findings that are no more, as they were looked at. */
export interface Gone {
  readonly findings: readonly ReconciliationFindingRow[];
  /** Where to go on; null at the end. */
  readonly next: string | null;
}

type Run = Pick<ReconciliationRunRow, 'id' | 'state' | 'comparedTo' | 'startedAt'>;

/** Looks at the next few orders, or at the next few items, of a run, and says what is wrong with them. */
@Injectable()
export class ReconciliationBatches {
  constructor(@InjectBackgroundSource() private readonly source: DataSource) {}

  next(run: Run, quietSeconds: number): Promise<Batch> {
    return run.state === 'orders' ? this.ofOrders(run, quietSeconds) : this.ofItems(run, quietSeconds);
  }

  /**
   * Orders that were at rest when the run began, and whose sagas were. What was listed is as old as the run at most, so that
   * what has changed since, or a moment before, would be compared with what is not so any more: it is left for the next run.
   */
  private async ofOrders(run: Run, quietSeconds: number): Promise<Batch> {
    const rows = await this.source.getRepository(OrderRow).find({
      ...(run.comparedTo !== null && { where: { id: MoreThan(run.comparedTo) } }),
      order: { id: 'ASC' },
      take: batchSize,
    });
    const sagas = await this.sagasOf(rows.map(({ id }) => id));
    const atRest = rows.filter((row) => isAtRest(row, sagas.get(row.id), quietBefore(run, quietSeconds)));
    // Looked up after the sagas: one that was pruned in between is among those that may have been.
    const prunedUpTo = await prunedBefore(this.source, 'sagas');
    const expected = new Map(
      atRest.map((row) => [row.id, placingOf(sagas.get(row.id)) ?? expectedWithoutSaga(row, prunedUpTo)]),
    );
    const items = await this.itemsOf(run.id, expected);
    const findings = atRest.flatMap((row) => {
      const order = {
        id: row.id,
        status: row.status,
        total: toOrder(row).total,
        paidByCard: row.details.payment.method === 'card',
        expected: expected.get(row.id) ?? null,
      };
      if (expectationOf(row.status) === null) return [withoutSaga(order)];
      return findingsOf(order, ...partsOf(items.get(row.id) ?? [], row.id));
    });
    return { findings, orders: atRest, comparedTo: lastOf(rows, ({ id }) => id) };
  }

  /** Items that name an order that does not exist. An order is there before anything is asked for it. */
  private async ofItems(run: Run, quietSeconds: number): Promise<Batch> {
    const rows = await this.source.getRepository(ReconciliationItemRow).find({
      where: { runId: run.id, ...(run.comparedTo !== null && { itemId: MoreThan(run.comparedTo) }) },
      order: { itemId: 'ASC' },
      take: batchSize,
    });
    const groups = await this.withoutOrder(run, rows, quietSeconds);
    const findings = groups.flatMap(([orderId, items]) => findingsWithoutOrder(...partsOf(items, orderId)));
    const comparedTo = lastOf(rows, ({ itemId }) => itemId);
    const attention = comparedTo === null ? await this.sagasThatNeedAttention() : [];
    return { findings: [...findings, ...attention], orders: [], comparedTo };
  }

  /** Every saga of these orders, whether or not there is such an order. */
  private async sagasOf(orderIds: readonly string[]): Promise<Map<string, SagaRow[]>> {
    const rows = await this.source.getRepository(SagaRow).findBy({ subject: In([...orderIds]) });
    const sagas = new Map<string, SagaRow[]>();
    for (const row of rows) sagas.set(row.subject, [...(sagas.get(row.subject) ?? []), row]);
    return sagas;
  }

  /**
   * What was listed for orders, by order: what names it, and the charge of each of its payments, whatever order the
   * provider was told.
   */
  private async itemsOf(runId: string, expected: ReadonlyMap<string, ExpectedParts | null>) {
    const items = this.source.getRepository(ReconciliationItemRow);
    const named = await items.findBy({ runId, orderId: In([...expected.keys()]) });
    const chargeOf = new Map(
      [...expected].flatMap(([id, parts]) => (parts?.paymentId ? [[chargeItemId(parts.paymentId), id]] : [])),
    );
    const own = [...chargeOf.keys()];
    const other = await items.findBy({ runId, itemId: In([...own, ...named.flatMap(counterpartOf)]) });
    const all = [...new Map([...named, ...other].map((item) => [item.itemId, item])).values()];
    const orderOf = orderByPayment(all);
    return groupBy(all, (item) => orderOf(item) ?? chargeOf.get(item.itemId));
  }

  /** Items of no order that exists, by what they name. A charge is of the order that its payment names, if it has one. */
  private async withoutOrder(
    run: Run,
    rows: readonly ReconciliationItemRow[],
    quietSeconds: number,
  ): Promise<[string, ReconciliationItemRow[]][]> {
    const items = this.source.getRepository(ReconciliationItemRow);
    const other = await items.findBy({ runId: run.id, itemId: In(rows.flatMap(counterpartOf)) });
    const orderOf = orderByPayment([...rows, ...other]);
    const known = new Set([...rows, ...other].map(({ itemId }) => itemId));
    // A charge of a payment that was listed is looked at with that.
    const leading = rows.filter(
      (row) => !('charge' in row.content) || !counterpartOf(row).some((id) => known.has(id)),
    );
    const named = [...new Set(leading.flatMap((row) => orderOf(row) ?? []))];
    const [found, sagas] = await Promise.all([
      this.source.getRepository(OrderRow).find({ select: { id: true }, where: { id: In(named) } }),
      this.sagasOf(named),
    ]);
    const exists = new Set(found.map(({ id }) => id));
    const before = quietBefore(run, quietSeconds);
    return leading.flatMap((row): [string, ReconciliationItemRow[]][] => {
      const orderId = orderOf(row);
      // What is being given back is left alone, too.
      if (orderId !== null && (exists.has(orderId) || !areOver(sagas.get(orderId), before))) return [];
      const counterparts = new Set(counterpartOf(row));
      return [[namedBy(row), [row, ...[...rows, ...other].filter(({ itemId }) => counterparts.has(itemId))]]];
    });
  }

  private async sagasThatNeedAttention(): Promise<Finding[]> {
    const rows = await this.source.query<{ id: Buffer; subject: Buffer; saga: string; step: string }[]>(
      `SELECT id, subject, saga, step FROM sagas
        WHERE deadline_at IS NOT NULL AND status = 'needs-attention'
        ORDER BY started_at LIMIT ?`,
      [maxNeedingAttention],
    );
    return rows.map(({ id, subject, saga, step }) =>
      finding('saga-needs-attention', bytesToId(subject), {
        detail: `Saga ${bytesToId(id)} (${saga}) waits at ${step} and needs attention.`,
      }),
    );
  }

  /**
   * Findings of earlier runs that this run would have made again, were they still so. A finding whose order is not at rest
   * was not looked at, and stays.
   */
  async gone(
    run: Run & Pick<ReconciliationRunRow, 'since'>,
    after: string | null,
    quietSeconds: number,
  ): Promise<Gone> {
    const rows = await this.source.getRepository(ReconciliationFindingRow).find({
      where: {
        state: In(['open', 'fixing']),
        // Not by the time: another process, whose clock is behind, may have kept what this run has found.
        runId: Not(run.id),
        ...(after !== null && { id: MoreThan(after) }),
      },
      order: { id: 'ASC' },
      take: batchSize,
    });
    const named = [...new Set(rows.map(({ orderId }) => orderId))].filter(isId);
    const [found, sagas] = await Promise.all([
      this.source.getRepository(OrderRow).findBy({ id: In(named) }),
      this.sagasOf(named),
    ]);
    const orders = new Map(found.map((order) => [order.id, order]));
    const before = quietBefore(run, quietSeconds);
    const findings = rows.filter(({ kind, state, orderId }) => {
      if (kind === 'saga-needs-attention') return true;
      const order = orders.get(orderId);
      // Nobody knows the age of what names no order: this run may have left it out, unless it was being given back.
      const lookedAt = run.since === null || (order ? order.createdAt >= run.since : state === 'fixing');
      if (!lookedAt) return false;
      return order ? isAtRest(order, sagas.get(orderId), before) : areOver(sagas.get(orderId), before);
    });
    return { findings, next: lastOf(rows, ({ id }) => id) };
  }

  /** Runs that a worker has to look after, by the database's own clock. */
  async due(): Promise<string[]> {
    const rows = await this.source.query<{ id: Buffer }[]>(
      'SELECT id FROM reconciliation_runs WHERE due_at <= UTC_TIMESTAMP(6) ORDER BY due_at LIMIT 10',
    );
    return rows.map(({ id }) => bytesToId(id));
  }
}

const quietBefore = ({ startedAt }: Run, quietSeconds: number): Date =>
  new Date(startedAt.getTime() - quietSeconds * 1000);

const areOver = (sagas: readonly SagaRow[] = [], before: Date): boolean =>
  sagas.every(({ finishedAt }) => finishedAt !== null && finishedAt < before);

/** Neither the order nor any saga about it has moved since. */
const isAtRest = (
  { updatedAt }: Pick<OrderRow, 'updatedAt'>,
  sagas: readonly SagaRow[] | undefined,
  before: Date,
): boolean => updatedAt < before && areOver(sagas, before);

const placingOf = (sagas: readonly SagaRow[] = []): PlaceOrderData | null => {
  const placing = sagas.find(({ saga }) => saga === placeOrderSaga.name);
  return placing ? (placing.data as PlaceOrderData) : null;
};

/** What an order itself knows, where its sagas may have been pruned. Null: one is missing that nobody has deleted. */
const expectedWithoutSaga = (
  { status, updatedAt, details }: OrderRow,
  prunedUpTo: Date | null,
): ExpectedParts | null =>
  prunedUpTo !== null && updatedAt < prunedUpTo && !needsItsSagas(status)
    ? { paymentId: details.payment.paymentId, reservationId: null }
    : null;

/** The id under which the other book of money has what this item is about. */
const counterpartOf = ({ content }: ReconciliationItemRow): string[] => {
  if ('payment' in content) return [chargeItemId(content.payment.paymentId)];
  return 'charge' in content && isId(content.charge.paymentId)
    ? [content.charge.paymentId.toLowerCase()]
    : [];
};

/** The order that an item belongs to: a charge belongs to its payment's, whatever the provider was told. */
function orderByPayment(items: readonly ReconciliationItemRow[]) {
  const payments = new Map(
    items.flatMap(({ itemId, orderId, content }) => ('payment' in content ? [[itemId, orderId]] : [])),
  );
  return (item: ReconciliationItemRow): string | null =>
    counterpartOf(item)
      .map((id) => payments.get(id))
      .find((orderId) => orderId !== undefined) ?? item.orderId;
}

const namedBy = ({ content }: ReconciliationItemRow): string =>
  Object.values(content as Record<string, { readonly orderId: string | null }>)[0]?.orderId ?? 'unknown';

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string | null | undefined) {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key != null) groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

/** Payments beside their charges, and reservations. @param orderId of a charge that only the provider has. */
function partsOf(items: readonly ReconciliationItemRow[], orderId: string) {
  const contents = items.map(({ content }) => content);
  const payments = new Map<string, ReconciledPayment>();
  const unknown = { recorded: null, asked: null, kept: null, pending: false, chargedTo: null } as const;
  for (const content of contents) {
    if ('payment' in content) payments.set(content.payment.paymentId, { ...unknown, ...content.payment });
  }
  for (const content of contents) {
    if (!('charge' in content)) continue;
    const { paymentId, kept, pending, orderId: chargedTo } = content.charge;
    const recorded = payments.get(paymentId) ?? { ...unknown, paymentId, orderId };
    payments.set(paymentId, { ...recorded, kept, pending, chargedTo });
  }
  const reservations = contents.flatMap((content) => ('reservation' in content ? [content.reservation] : []));
  return [[...payments.values()], reservations] as const;
}

const lastOf = <Row>(rows: readonly Row[], idOf: (row: Row) => string): string | null => {
  const last = rows.at(-1);
  return last && rows.length === batchSize ? idOf(last) : null;
};
