import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkUntilQuiet, serversFrom } from '../tools/invariants/check.js';
import { runLoneOrders } from './lone-order.js';
import { runLoad, type LoadResult } from './run.js';
import { Shop } from './shop.js';

/**
 * `npm run load`: places orders over HTTP at the stack that the environment names, prints what came of it, and ends with
 * the invariants: a fast wrong run is no result. scripts/load.mjs starts the stack.
 */
const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '20' },
    'warm-up': { type: 'string', default: '5' },
    lone: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const shop = new Shop(process.env);
await shop.open();
const result = values.lone ? await lone() : await load();
if (values.json) writeFileSync(values.json, JSON.stringify(result));

const violations = await checkUntilQuiet(serversFrom(process.env));
console.log(violations.length === 0 ? 'all invariants hold' : `${violations.length} violations:`);
for (const violation of violations.slice(0, 20)) console.log(`  ${violation}`);
process.exitCode = violations.length === 0 ? 0 : 1;

async function lone(): Promise<object> {
  const figures = await runLoneOrders(shop, 50);
  print({
    'lone orders': `${figures.orders}, one after the other`,
    'POST to CONFIRMED': `p50 ${figures.p50Ms.toFixed(1)} ms, p99 ${figures.p99Ms.toFixed(1)} ms`,
  });
  return figures;
}

async function load(): Promise<LoadResult> {
  const clients = Number(values.clients);
  const figures = await runLoad(shop, {
    clients,
    seconds: Number(values.seconds),
    warmUpSeconds: Number(values['warm-up']),
  });
  print({
    load: `${clients} clients for ${values.seconds} s`,
    'accepted/s': figures.acceptedPerSecond.toFixed(0),
    'settled/s': figures.settledPerSecond.toFixed(0),
    'accept latency': `p50 ${figures.acceptP50Ms} ms, p99 ${figures.acceptP99Ms} ms`,
    'not accepted': String(figures.failed),
    backlog: `${figures.backlog} orders at the end, settled within ${figures.drainSeconds.toFixed(1)} s`,
    'mean group size': listed(figures.groupSize),
    'CPU ms per order': listed(figures.cpuMs),
  });
  return figures;
}

function print(lines: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(lines)) console.log(`${name.padEnd(18)} ${text}`);
}

function listed(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, figure]) => `${name} ${figure.toFixed(2)}`)
    .join(', ');
}
