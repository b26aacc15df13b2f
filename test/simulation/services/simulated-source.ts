import { FindOperator, type DataSource } from 'typeorm';
import { idToBytes } from '#libs/kernel/ids.js';
import { sagas } from '#libs/saga/runner/saga.row.js';
import { reservations } from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { reconciliationRuns } from '../../../apps/order-service/src/operations/reconciliation/reconciliation-run.row.js';
import { orderViews } from '../../../apps/order-service/src/queries/order-view/order-view.row.js';
import { payments } from '../../../apps/payment-service/src/persistence/payment.row.js';
import type { SimulatedDatabase } from '../world/simulated-database.js';
import { step } from '../world/simulation-world.js';
import type { Place } from './parts.js';

/**
 * As much of a DataSource as queries use: repositories that find by TypeORM's operators, and the statements below, known by
 * the table that they read. Whether their SQL says this is the business of the integration tests.
 */
export const sourceOf = (place: Place): DataSource =>
  ({
    getRepository: (rowClass: RowClass) => repositoryOf(place, rowClass),
    query: async (sql: string, parameters: readonly unknown[] = []) => {
      await reach(place);
      const found = statements.find(([table]) => sql.includes(`FROM ${table}`));
      if (!found) throw new Error(`the simulation does not know the statement ${sql}`);
      const limit = /LIMIT (\d+)/.exec(sql)?.[1];
      return found[1](place.database, parameters, limit === undefined ? Infinity : Number(limit));
    },
  }) as unknown as DataSource;

type RowClass = typeof orderViews.row;
type Row = Readonly<Record<string, unknown>>;
type Where = Readonly<Record<string, unknown>>;

interface Find {
  readonly where?: Where;
  readonly take?: number;
}

const repositoryOf = (place: Place, row: RowClass) => {
  const find = async ({ where = {}, take = Infinity }: Find): Promise<Row[]> => {
    await reach(place);
    // All that is asked for in an order is asked for in that of its ids.
    return [...place.database.all({ row, keyOf: (each: Row) => each.id })]
      .filter((each) => Object.entries(where).every(([name, wanted]) => matches(each[name], wanted)))
      .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1))
      .slice(0, take);
  };
  return {
    find,
    findBy: (where: Where) => find({ where }),
    findOneBy: async (where: Where) => (await find({ where, take: 1 }))[0] ?? null,
  };
};

function matches(value: unknown, wanted: unknown): boolean {
  if (!(wanted instanceof FindOperator)) return value === wanted;
  const { type, value: operand } = wanted as FindOperator<unknown>;
  switch (type) {
    case 'in':
      return (operand as readonly unknown[]).includes(value);
    case 'moreThan':
      return (value as string) > (operand as string);
    case 'not':
      return value !== operand;
    default:
      throw new Error(`the simulation does not know the operator ${type}`);
  }
}

type Statement = (database: SimulatedDatabase, parameters: readonly unknown[], limit: number) => unknown[];

const statements: readonly (readonly [table: string, run: Statement])[] = [
  [
    'reconciliation_runs',
    (database) =>
      database
        .rows(reconciliationRuns)
        .filter(({ dueAt }) => dueAt !== null && dueAt <= database.world.schedule.date)
        .map(({ id }) => ({ id: idToBytes(id) })),
  ],
  [
    'sagas',
    (database) =>
      database
        .rows(sagas)
        .filter(({ status, deadlineAt }) => deadlineAt !== null && status === 'needs-attention')
        .map(({ id, subject, ...saga }) => ({ ...saga, id: idToBytes(id), subject: idToBytes(subject) })),
  ],
  // Nothing is pruned here.
  ['housekeeping', () => []],
  [
    'order_views AS entry',
    (database, [customerId, createdAt, , after], limit) =>
      [...database.all(orderViews)]
        .filter((view) => view.customerId === customerId)
        .map(({ id, document, createdAt: at }) => ({
          id: idToBytes(id),
          document: JSON.stringify(document),
          created_at: at,
        }))
        .sort((a, b) => -byAge(a, b))
        .filter((row) =>
          createdAt === undefined
            ? true
            : byAge(row, { created_at: createdAt as Date, id: after as Buffer }) < 0,
        )
        .slice(0, limit),
  ],
  [
    'reservations',
    (database, parameters, limit) =>
      pageByAge(
        database.rows(reservations).map(({ lines, ...row }) => ({ ...row, reservation_lines: lines })),
        parameters,
        limit,
      ),
  ],
  [
    'payments',
    (database, parameters, limit) =>
      pageByAge(
        database.rows(payments).map((row) => ({ ...row, amount_minor: row.amountMinor })),
        parameters,
        limit,
      ),
  ],
];

interface Aged {
  readonly id: Buffer;
  readonly created_at: Date;
}

const byAge = (a: Aged, b: Aged): number =>
  a.created_at.getTime() - b.created_at.getTime() || Buffer.compare(a.id, b.id);

/** As page-by-age.ts asks: made before the first parameter, and after the position that the last two name. */
function pageByAge(
  rows: readonly {
    readonly id: string;
    readonly orderId: string;
    readonly createdAt: Date;
    readonly updatedAt: Date;
  }[],
  [to, at, , id]: readonly unknown[],
  limit: number,
) {
  return rows
    .map((row) => ({
      ...row,
      id: idToBytes(row.id),
      order_id: row.orderId,
      created_at: row.createdAt,
      updated_at: row.updatedAt,
      page_at: `${row.createdAt.toISOString().slice(0, -1).replace('T', ' ')}000`,
      page_key: idToBytes(row.id),
    }))
    .filter((row) => row.created_at < (to as Date))
    .filter(
      (row) =>
        at === undefined ||
        row.page_at > (at as string) ||
        (row.page_at === at && Buffer.compare(row.id, id as Buffer) > 0),
    )
    .sort(byAge)
    .slice(0, limit);
}

async function reach({ world, life, database }: Place): Promise<void> {
  await step(world, life, 0, 100);
  database.expectReachable();
}
