import { faultRates, type FaultKind } from './world/faults.js';
import type { PlannedOperation, Plan } from './plan.js';
import type { Parts } from './services/parts.js';
import { simulate, type Violation } from './simulation.js';

/** Runs at most; a run takes some tens of milliseconds. */
const maxRuns = 600;
/** Attempts with a smaller plan: leaving something out changes all chance that follows, so one attempt says little. */
const saltsPerTry = 4;

export interface Shrunk {
  readonly plan: Plan;
  readonly runs: number;
}

/**
 * Looks for the smallest plan that violates the same invariant: leaves out kinds of faults, operations and orders, by
 * halves, then one by one, and keeps whatever still fails. Deterministic: the same failure shrinks the same way.
 */
export async function shrink(plan: Plan, violation: Violation, parts: Parts | undefined): Promise<Shrunk> {
  let smallest = plan;
  let runs = 0;

  const stillFails = async (candidate: Plan): Promise<Plan | undefined> => {
    for (let salt = 0; salt < saltsPerTry && runs < maxRuns; salt += 1) {
      const salted = { ...candidate, salt: candidate.salt + salt };
      runs += 1;
      const result = await simulate(salted, { parts });
      if (result.violation?.invariant === violation.invariant) return salted;
    }
    return undefined;
  };

  const without = async <Item>(
    items: readonly Item[],
    planWith: (left: readonly Item[]) => Plan,
  ): Promise<void> => {
    let left = items;
    for (let size = Math.ceil(left.length / 2); size >= 1 && left.length > 0; size = Math.floor(size / 2)) {
      for (let from = 0; from < left.length;) {
        const fewer = [...left.slice(0, from), ...left.slice(from + size)];
        const failing = await stillFails(planWith(fewer));
        if (failing) [smallest, left] = [failing, fewer];
        else from += size;
      }
    }
  };

  for (let before = Infinity; weightOf(smallest) < before && runs < maxRuns;) {
    before = weightOf(smallest);
    await without(Object.keys(smallest.faults) as FaultKind[], (kinds) => ({
      ...smallest,
      faults: Object.fromEntries(kinds.map((kind) => [kind, smallest.faults[kind]])),
    }));
    await without(smallest.operations, (operations) => ({ ...smallest, operations }));
    await without(smallest.orders, (orders) => ({
      ...smallest,
      orders,
      operations: followingOrders(smallest, orders),
    }));
    for (const service of Object.keys(smallest.processes) as (keyof Plan['processes'])[]) {
      if (smallest.processes[service] === 1) continue;
      const fewer = { ...smallest, processes: { ...smallest.processes, [service]: 1 } };
      smallest = (await stillFails(fewer)) ?? smallest;
    }
  }
  return { plan: smallest, runs };
}

const weightOf = ({ orders, operations, faults, processes }: Plan): number =>
  orders.length +
  operations.length +
  Object.keys(faults).filter((kind) => kind in faultRates).length +
  Object.values(processes).reduce((sum, count) => sum + count, 0);

/** Operations name orders by position: those of orders that were left out go with them. */
const followingOrders = ({ orders, operations }: Plan, left: Plan['orders']): PlannedOperation[] =>
  operations.flatMap((operation): PlannedOperation[] => {
    if (!('order' in operation)) return [operation];
    const order = left.indexOf(orders[operation.order]!);
    return order === -1 ? [] : [{ ...operation, order } as PlannedOperation];
  });
