import type { PlannedOperation, Plan } from '../plan.js';

/** A plan as people read it. */
export function describePlan(plan: Plan): string {
  const { seed, salt, processes, stock, orders, operations, faults } = plan;
  return [
    `  seed ${seed}${salt === 0 ? '' : `, salt ${salt}`}`,
    `  processes: ${listOf(processes)}; stock: ${listOf(stock)}`,
    `  faults: ${listOf(faults) || 'none'}`,
    ...orders.map(({ at, customer, lines, method, token }, index) => {
      const what = lines.map(({ sku, quantity }) => `${quantity} ${sku}`).join(' and ');
      return `  ${seconds(at)}  customer ${index} (${customer}) orders ${what}, ${method} ${token}`;
    }),
    ...operations.map((operation) => `  ${seconds(operation.at)}  ${describeOperation(operation)}`),
  ].join('\n');
}

function describeOperation({ at: _, kind, ...particulars }: PlannedOperation): string {
  return [kind, ...Object.entries(particulars).map(([name, value]) => `${name} ${value}`)].join(' ');
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3).padStart(8)} s`;

const listOf = (numbers: Readonly<Record<string, number | undefined>>): string =>
  Object.entries(numbers)
    .map(([name, value]) => `${name} ${Number((value ?? 0).toFixed(2))}`)
    .join(', ');
