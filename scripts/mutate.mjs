import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { folders } from '../test/mutation/folders.mjs';
import { checkNode } from './lib/check-node.mjs';
import { LockHeld, takeLock } from './lib/lock-file.mjs';
import { dataDirectory, root } from './lib/project.mjs';
import { runScript } from './lib/run-script.mjs';
import { Steps } from './lib/steps.mjs';
import { explainedFile } from './mutation/explained.mjs';
import { mutateFolder } from './mutation/mutate-folder.mjs';

const usage = `npm run mutate -- [FOLDER...] [--minutes N] [--seeds N] [--workers N] [--fresh]

Changes the code that decides, in one place at a time, and looks whether the specs notice; and where they do not, whether
the simulation does. All folders of test/mutation/folders.mjs, or those at or below the ones that are named.

  --minutes N   how long one folder may take (60). What was found out by then is kept, and the next run goes on from there
  --seeds N     of the simulation, for each mutant that the specs do not notice (50); 0: none
  --workers N   mutants at a time (one a core)
  --fresh       try everything again, whatever earlier runs have found out`;

/** Percent of a folder's mutants that have to be noticed. Those that are explained count as not noticed. */
const goal = 85;

await runScript(async (shutdown) => {
  checkNode();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: 'string', default: '60' },
      seeds: { type: 'string', default: '50' },
      workers: { type: 'string', default: `${availableParallelism()}` },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const options = {
    minutes: whole(values.minutes, 'minutes', 1),
    seeds: whole(values.seeds, 'seeds', 0),
    workers: whole(values.workers, 'workers', 1),
    fresh: values.fresh,
  };
  const wanted = foldersAt(positionals);
  shutdown.add('the lock', await lock());

  const steps = new Steps();
  const results = [];
  for (const folder of wanted) {
    if (shutdown.begun) return 1;
    steps.say(folder.folder);
    const result = await mutateFolder(folder, options, steps);
    if (result.left.length > 0)
      steps.warn(
        `${options.minutes} minutes were over; left: ${result.left.join(', ')}. Run it again to go on.`,
      );
    for (const entry of result.outdated)
      steps.warn(`${explainedFile} explains what does not survive: ${entry}`);
    results.push(result);
  }
  console.log(`\n${tableOf(results)}\n`);
  for (const { survived, notCovered, explained, list } of results.filter(hasUnexplained))
    console.log(`${survived + notCovered - explained} to be read: ${path.relative(root, list)}`);
  return results.every(isGood) ? 0 : 1;
});

function hasUnexplained({ survived, notCovered, explained }) {
  return survived + notCovered > explained;
}

function isGood({ score, left, outdated }) {
  return score >= goal && left.length === 0 && outdated.length === 0;
}

function foldersAt(places) {
  const at = (place) => folders.filter(({ folder }) => folder === place || folder.startsWith(`${place}/`));
  for (const place of places)
    if (at(place.replace(/\/$/, '')).length === 0)
      throw new Error(`${place}: there are ${folders.map(({ folder }) => folder).join(', ')}`);
  return places.length === 0 ? folders : places.flatMap((place) => at(place.replace(/\/$/, '')));
}

async function lock() {
  try {
    return await takeLock(path.join(dataDirectory, 'mutation.lock'));
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    throw new Error(`Process ${error.pid} makes mutants in this directory. Wait for its end.`, {
      cause: error,
    });
  }
}

function whole(text, name, least) {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least)
    throw new Error(`--${name} takes a whole number from ${least}, not ${text}`);
  return number;
}

/** As it is pasted into docs/mutation.md. */
function tableOf(results) {
  const head = [
    'folder',
    'mutants',
    'killed',
    'timed out',
    'by seeds',
    'survived',
    'not covered',
    'explained',
    'score',
  ];
  const rows = results.map((result) => [
    result.folder,
    ...[
      result.mutants,
      result.killed,
      result.timedOut,
      result.foundBySeeds,
      result.survived,
      result.notCovered,
    ],
    `${result.explained} of ${result.survived + result.notCovered}`,
    `${result.score.toFixed(1)} %${result.left.length > 0 ? ', not all' : ''}`,
  ]);
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => `${row[column]}`.length)),
  );
  const line = (row) => `| ${row.map((cell, column) => `${cell}`.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
