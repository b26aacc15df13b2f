import { SingleBar } from 'cli-progress';
import { z } from 'zod';
import { checkEventually, serversFrom } from '../invariants/check.js';
import { northwind } from './northwind.js';
import { replay, type Progress, type Summary } from './replay.js';
import { ShopClient } from './shop-client.js';
import type { ShopFormat } from './shop-data.js';

/**
 * `npm run replay -- FOLDER`: replays the past orders of a shop through the running services, then checks whether
 * everything adds up.
 * Ends with 1 when a violation was found or something could not be understood.
 */

const formats: readonly ShopFormat[] = [northwind];

const environment = z.object({
  ORDER_URL: z.url(),
  INVENTORY_URL: z.url(),
  JWT_SECRET: z.string().min(32),
});

async function main([folder]: readonly string[]): Promise<number> {
  if (folder === undefined) throw new Error('usage: npm run replay -- FOLDER');
  const format = formats.find(({ recognises }) => recognises(folder));
  if (!format)
    throw new Error(`${folder} has none of the known formats: ${formats.map(({ name }) => name).join(', ')}`);
  const { ORDER_URL, INVENTORY_URL, JWT_SECRET } = environment.parse(process.env);
  const data = format.read(folder);
  console.log(`${folder}: ${format.name}, ${data.products.length} products, ${data.orders.length} orders`);

  const shop = new ShopClient({ orderUrl: ORDER_URL, inventoryUrl: INVENTORY_URL, jwtSecret: JWT_SECRET });
  print(await replay(data, shop, bars()));

  const violations = await checkEventually(serversFrom(process.env));
  console.log(violations.length === 0 ? 'all invariants hold' : `${violations.length} violations:`);
  for (const violation of violations.slice(0, 50)) console.log(`  ${violation}`);
  return violations.length === 0 ? 0 : 1;
}

/** A progress bar a stage; a plain line a stage where nobody watches. */
function bars(): Progress {
  const running = new Map<string, SingleBar>();
  return (stage, done, of) => {
    if (!process.stdout.isTTY) {
      if (done === of) console.log(`${stage}: ${done}/${of}`);
      return;
    }
    const bar =
      running.get(stage) ??
      new SingleBar({ format: `${stage.padEnd(8)} {bar} {value}/{total} {eta_formatted}` });
    if (!running.has(stage)) {
      running.set(stage, bar);
      bar.start(of, 0);
    }
    bar.update(done);
    if (done === of) bar.stop();
  };
}

function print({ confirmed, rejected, refused, seconds }: Summary): void {
  const orders = confirmed + sum(rejected) + sum(refused);
  console.log(`confirmed ${confirmed}`);
  for (const [reason, number] of rejected) console.log(`rejected  ${number}  ${reason}`);
  for (const [code, number] of refused) console.log(`refused   ${number}  ${code}`);
  console.log(`${orders} orders in ${seconds.toFixed(1)} s, ${(orders / seconds).toFixed(0)} orders/s`);
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
