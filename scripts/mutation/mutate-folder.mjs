import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decides } from '../../test/mutation/folders.mjs';
import { dataDirectory, inRoot } from '../lib/project.mjs';
import { readExplained } from './explained.mjs';
import { isAlive, mutantsOf, scoreOf } from './mutants.mjs';
import { runStryker } from './run-stryker.mjs';
import { trySeeds } from './try-seeds.mjs';

/**
 * Tries all mutants of a folder, file by file, for as long as there is time; what was tried is kept for the next run.
 *
 * @param {import('../../test/mutation/folders.mjs').MutatedFolder} folder
 * @param {{ minutes: number, seeds: number, workers: number, fresh: boolean }} options
 * @param {import('../lib/steps.mjs').Steps} steps
 * @returns {Promise<FolderResult>}
 *
 * @typedef {ReturnType<typeof scoreOf> & { folder: string, explained: number, outdated: string[], left: string[], list: string }} FolderResult
 *   outdated: explanations of mutants that survive no longer; left: files with mutants that no time was left for; list: of
 *   the survivors that nobody has explained
 */
export async function mutateFolder(folder, { minutes, seeds, workers, fresh }, steps) {
  const directory = path.join(dataDirectory, 'mutation', folder.folder.replaceAll('/', '+'));
  mkdirSync(directory, { recursive: true });
  const endsAtMs = Date.now() + minutes * 60_000;
  const left = [];
  const mutants = [];
  for (const file of filesOf(folder)) {
    await steps.step(path.basename(file), async (say) => {
      const seconds = (endsAtMs - Date.now()) / 1000;
      if (seconds < 1) {
        left.push(file);
        return say('no time was left', false);
      }
      const { code, output, place, sandbox, report } = await runStryker(file, folder, {
        directory,
        workers,
        seconds,
        fresh,
      });
      if (code !== 0 && code !== 124) throw new Error(`Stryker failed on ${file}:\n${output}`);
      // A run that was stopped has told nothing, and what is kept of earlier ones is only what was noticed.
      const tried = code === 0 && report ? mutantsOf(report) : [];
      if (code === 124) left.push(file);
      const result =
        code === 0 && seeds > 0
          ? await trySeeds(tried, { place, sandbox, seeds, workers, endsAtMs, fresh })
          : { mutants: tried, left: 0 };
      if (result.left > 0) left.push(file);
      rmSync(path.join(place, 'sandbox'), { recursive: true, force: true });
      mutants.push(...result.mutants.map((mutant) => ({ ...mutant, file })));
      const { score, survived, notCovered, mutants: count } = scoreOf(result.mutants);
      say(`${count} mutants, ${survived + notCovered} survive, ${score.toFixed(1)} %`, !left.includes(file));
    });
  }
  return { folder: folder.folder, ...scoreOf(mutants), left, ...explain(folder, mutants, left, directory) };
}

/** Sets the survivors against the page that explains some of them, and lists the others. */
function explain({ folder }, mutants, left, directory) {
  const known = readExplained().filter((entry) => entry.folder === folder);
  const same = (a) => (b) => a.file === b.file && a.text === b.text;
  const alive = mutants.filter(({ fate }) => isAlive(fate));
  const unexplained = alive.filter((mutant) => !known.some(same(mutant)));
  const list = path.join(directory, 'survivors.txt');
  writeFileSync(list, unexplained.map(lineOf).join(''));
  return {
    explained: alive.length - unexplained.length,
    outdated: known
      .filter((entry) => !left.includes(entry.file) && !alive.some(same(entry)))
      .map(({ file, text }) => `${file}: ${text}`),
    list,
  };
}

const lineOf = ({ file, line, mutator, fate, text }) =>
  `${file}:${line} ${mutator}${fate === 'notCovered' ? ', not covered' : ''}\n    ${text}\n`;

function filesOf({ folder, except = {} }) {
  return readdirSync(inRoot(folder), { recursive: true })
    .filter((name) => decides(`${folder}/${name}`) && !(name in except))
    .toSorted()
    .map((name) => `${folder}/${name}`);
}
