import type { Table } from '#libs/persistence/database/table.js';
import type {
  UnitOfWork,
  UnitOfWorkRunner,
  WorkingSet,
} from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { Parts } from '../services/parts.js';

type AnyUnit = UnitOfWork<unknown>;
type RunsAnyUnit = (unit: AnyUnit) => Promise<unknown>;

/** Replaces how units of a name are run; the replacement may run the real unit. */
export const runningOtherwise =
  (
    name: string | undefined,
    otherwise: (unit: AnyUnit, run: RunsAnyUnit) => Promise<unknown>,
  ): Parts['units'] =>
  (units) => ({
    run: <Result>(unit: UnitOfWork<Result>) => {
      if (name !== undefined && unit.name !== name) return units.run(unit);
      const run: RunsAnyUnit = (other) => units.run(other);
      return otherwise(unit, run) as Promise<Result>;
    },
    onCommitted: ((table, listener) => units.onCommitted(table, listener)) as UnitOfWorkRunner['onCommitted'],
  });

/** Alters what units of a name read and write. */
export const seeingOtherwise = (
  name: string,
  tamper: (work: WorkingSet) => Partial<WorkingSet>,
): Parts['units'] =>
  runningOtherwise(name, (unit, run) =>
    run({ ...unit, decide: (work) => unit.decide({ ...delegating(work), ...tamper(work) }) }),
  );

/** Writes the rows of one table in a second transaction, once the first has committed. */
export const writingApart = <Row, Key>(name: string | undefined, table: Table<Row, Key>): Parts['units'] =>
  runningOtherwise(name, async (unit, run) => {
    let heldBack: Row[] = [];
    const result = await run({
      ...unit,
      decide: (work) => {
        heldBack = [];
        const insert: WorkingSet['insert'] = (other, row) =>
          (other as unknown) === table ? void heldBack.push(row as unknown as Row) : work.insert(other, row);
        return unit.decide({ ...delegating(work), insert });
      },
    });
    const rows = heldBack;
    if (rows.length > 0) {
      await run({
        name: 'apart',
        load: [],
        decide: (work) => rows.forEach((row) => work.insert(table, row)),
      });
    }
    return result;
  });

const delegating = (work: WorkingSet): WorkingSet => ({
  now: work.now,
  find: (table, key) => work.find(table, key),
  get: (table, key) => work.get(table, key),
  insert: (table, row) => work.insert(table, row),
  update: (table, row) => work.update(table, row),
  remove: (table, key) => work.remove(table, key),
});
