import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode } from './lib/check-node.mjs';
import { installDependencies } from './lib/dependencies.mjs';
import { inParallel } from './lib/in-parallel.mjs';
import { root } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { runScript } from './lib/run-script.mjs';
import { Steps } from './lib/steps.mjs';
import { findBinary } from './provision/find-binary.mjs';

/**
 * `npm run verify`: everything that can be checked without a server. Two checks at a time, the longest first.
 * `-- --without tests` leaves one out, for whoever runs all tests anyway.
 */
const checks = [
  { title: 'types', script: 'typecheck' },
  { title: 'tests', script: 'test:fast' },
  { title: 'lint', script: 'lint' },
  { title: 'dependencies', script: 'lint:deps' },
  { title: 'dead code', script: 'lint:dead' },
  { title: 'generated', script: 'generate', args: ['--check'] },
  { title: 'container', script: 'lint:container' },
  { title: 'format', script: 'format:check' },
];
const checkSeconds = 900;

const { values } = parseArgs({ options: { without: { type: 'string' } } });
const wanted = checks.filter(({ title }) => title !== values.without);
if (values.without !== undefined && wanted.length === checks.length) {
  throw new Error(`--without ${values.without}: there are ${checks.map(({ title }) => title).join(', ')}`);
}

await runScript(async (shutdown) => {
  const steps = new Steps();
  await steps.step('Node', (say) => say(checkNode()));
  await steps.step('dependencies', async (say) => say(await installDependencies()));
  const npm = findBinary(['npm'], [path.dirname(process.execPath)]);
  const codes = await inParallel(wanted, 2, async ({ title, script, args = [] }) => {
    if (shutdown.begun) return 1;
    let result;
    await steps
      .step(title, async (say) => {
        result = await run(npm, ['run', '--silent', script, '--', ...args], {
          cwd: root,
          timeoutSeconds: checkSeconds,
        });
        if (result.code !== 0) throw new Error(`npm run ${script} failed`);
        say(`ok${lastLine(result.output, /\d+ passed/)}`);
      })
      .catch(() => console.log(`${result.output.trimEnd()}\n`));
    return result.code;
  });
  const failed = codes.filter((code) => code !== 0).length;
  console.log(`\n${codes.length - failed} checks passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

function lastLine(output, pattern) {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  return pattern.test(line) ? `: ${line}` : '';
}
