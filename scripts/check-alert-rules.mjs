import { readdirSync } from 'node:fs';
import { inRoot } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { runScript } from './lib/run-script.mjs';
import { installDebianPackages } from './provision/debian-packages.mjs';
import { findBinary } from './provision/find-binary.mjs';
import { canInstallPackages } from './provision/system.mjs';

/**
 * `npm run lint:alerts`: Prometheus's own tool checks the rules, and tries them out on the series of *.test.yml. Without
 * the tool it says so, and fails where nobody would read that.
 */
const folder = inRoot('deploy/prometheus');

await runScript(async () => {
  const found = await promtool();
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

async function promtool() {
  const present = findBinary(['promtool']);
  if (present) return { promtool: present };
  const { applies, why } = canInstallPackages();
  if (!applies) return { missing: why };
  try {
    await installDebianPackages([['prometheus']], { units: ['prometheus.service'] });
  } catch (error) {
    return { missing: `installing Debian's failed: ${error.message}` };
  }
  const installed = findBinary(['promtool']);
  return installed ? { promtool: installed } : { missing: "Debian's prometheus did not bring one" };
}
