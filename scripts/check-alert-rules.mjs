import { readdirSync } from 'node:fs';
import { inRoot } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { runScript } from './lib/run-script.mjs';
import { findPromtool } from './provision/promtool.mjs';

/**
 * `npm run lint:alerts`: Prometheus's own tool checks the rules, and tries them out on the series of *.test.yml. Without
 * the tool it says so, and fails where nobody would read that.
 */
const folder = inRoot('deploy/prometheus');

await runScript(async () => {
  const found = await findPromtool();
  if ('missing' in found) {
    console.log(`The alert rules were not checked: there is no promtool, and ${found.missing}.`);
    return process.env.CI ? 1 : 0;
  }
  const files = readdirSync(folder).filter((file) => file.endsWith('.test.yml'));
  const rules = readdirSync(`${folder}/rules`).map((file) => `rules/${file}`);
  const checks = [
    ['check', 'config', 'prometheus.yml'],
    ['check', 'rules', ...rules],
    ['test', 'rules', ...files],
  ];
  for (const args of checks) {
    const { code, output } = await run(found.promtool, args, { cwd: folder, timeoutSeconds: 300 });
    if (code === 0) continue;
    console.log(output.trim());
    return 1;
  }
  console.log(`${rules.length} files of rules are in order, ${files.length} of tests pass`);
  return 0;
});
