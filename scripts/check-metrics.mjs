import { spawnSync } from 'node:child_process';
import { runScript } from './lib/run-script.mjs';
import { findPromtool } from './provision/promtool.mjs';

/**
 * `npm run lint:metrics`: Prometheus's own tool reads what the three services show (names, units, kinds, texts). Without the
 * tool it says so, and fails where nobody would read that.
 */
const pages = ['ORDER', 'INVENTORY', 'PAYMENT'].map((name) => `${name}_METRICS_URL`);

await runScript(async () => {
  const found = await findPromtool();
  if ('missing' in found) {
    console.log(`The metrics were not checked: there is no promtool, and ${found.missing}.`);
    return process.env.CI ? 1 : 0;
  }
  for (const name of pages) {
    const page = await (await fetch(process.env[name])).text();
    const { status, stdout, stderr } = spawnSync(found.promtool, ['check', 'metrics'], {
      input: page,
      encoding: 'utf8',
    });
    if (status === 0) continue;
    console.log(`${name}:\n${stdout}${stderr}`.trim());
    return 1;
  }
  console.log(`the metrics of ${pages.length} services are in order`);
  return 0;
});
