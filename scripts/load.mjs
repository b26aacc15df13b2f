import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkNode } from './lib/check-node.mjs';
import { dataDirectory, inRoot, root } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { runScript } from './lib/run-script.mjs';

/**
 * `npm run load -- [--clients 64] [--seconds 20] [--group-size-max 1 | --compare] [--lone]`: measures the services, on
 * servers and empty databases of their own. --compare does it with and without group commit, and says what it makes.
 */
const longestSeconds = 1800;

await runScript(async () => {
  checkNode();
  const args = process.argv.slice(2);
  const compare = take('--compare') !== undefined;
  const groupSizeMax = take('--group-size-max', { value: true });
  if (!compare) return measure(groupSizeMax);

  const file = (name) => path.join(dataDirectory, 'bench', `${name}.json`);
  mkdirSync(path.join(dataDirectory, 'bench'), { recursive: true });
  for (const [name, size] of [
    ['grouped', groupSizeMax],
    ['one-by-one', '1'],
  ]) {
    console.log(`\n${name}:`);
    const code = await measure(size, ['--json', file(name)]);
    if (code !== 0) return code;
  }
  const [grouped, alone] = ['grouped', 'one-by-one'].map((name) =>
    JSON.parse(readFileSync(file(name), 'utf8')),
  );
  for (const figure of ['acceptedPerSecond', 'settledPerSecond']) {
    const ratio = grouped[figure] / alone[figure];
    console.log(
      `${figure}: ${grouped[figure].toFixed(0)} grouped, ${alone[figure].toFixed(0)} one by one: ${ratio.toFixed(1)} times`,
    );
  }
  return 0;

  async function measure(size, more = []) {
    const { code } = await run(
      process.execPath,
      [
        inRoot('scripts', 'with-stack.mjs'),
        '--fresh',
        '--',
        'node',
        inRoot('dist', 'bench', 'load.js'),
        ...args,
        ...more,
      ],
      {
        cwd: root,
        env: { ...process.env, ...(size && { GROUP_SIZE_MAX: size }) },
        show: true,
        graceSeconds: 60,
        timeoutSeconds: longestSeconds,
      },
    );
    return code;
  }

  /** Removes an argument of ours from those that are passed on. */
  function take(name, { value = false } = {}) {
    const index = args.indexOf(name);
    if (index === -1) return undefined;
    const [, taken] = args.splice(index, value ? 2 : 1);
    return value ? taken : true;
  }
});
