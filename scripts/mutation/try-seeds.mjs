import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inParallel } from '../lib/in-parallel.mjs';
import { inRoot } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { isAlive } from './mutants.mjs';

/** How Stryker's instrumented code is told which of its mutants is awake. */
const activeMutant = '__STRYKER_ACTIVE_MUTANT__';

/** A mutant that makes the simulation slower than this hangs. */
const timesTheUsual = 10;
const leastSeconds = 60;

/**
 * Runs the simulation with each mutant that no spec has noticed. What has been tried is kept, and tried again when the
 * simulation has changed.
 *
 * @param {readonly import('./mutants.mjs').Mutant[]} mutants
 * @param {{ place: string, sandbox: string, seeds: number, workers: number, endsAtMs: number, fresh: boolean }} options
 * @returns {Promise<{ mutants: Mutant[], left: number }>} with what was found; left: mutants that no time was left for
 */
export async function trySeeds(mutants, { place, sandbox, seeds, workers, endsAtMs, fresh }) {
  const results = new SeedResults(path.join(place, 'seeds.json'), { seeds, fresh });
  const untried = mutants.filter(({ fate, text }) => isAlive(fate) && !results.has(text));
  let left = untried.length;
  if (left > 0) {
    const usualSeconds = await secondsOf(sandbox, seeds, endsAtMs);
    await inParallel(untried, workers, async ({ id, text }) => {
      const secondsLeft = (endsAtMs - Date.now()) / 1000;
      const wanted = Math.max(leastSeconds, usualSeconds * timesTheUsual);
      if (secondsLeft < usualSeconds) return;
      const { code } = await simulate(sandbox, seeds, Math.min(wanted, secondsLeft), id);
      // Stopped by the end of the time and not by its own: nothing was found out.
      if (code === 124 && secondsLeft < wanted) return;
      left -= 1;
      results.add(text, code !== 0);
    });
  }
  return {
    left,
    mutants: mutants.map((mutant) =>
      isAlive(mutant.fate) && results.found(mutant.text) ? { ...mutant, fate: 'foundBySeeds' } : mutant,
    ),
  };
}

/** Without a mutant nothing may be found, else what is found with one says nothing. */
async function secondsOf(sandbox, seeds, endsAtMs) {
  const startMs = Date.now();
  const { code, output } = await simulate(sandbox, seeds, Math.max(1, (endsAtMs - startMs) / 1000));
  if (code !== 0 && code !== 124) throw new Error(`The simulation fails without a mutant:\n${output}`);
  return (Date.now() - startMs) / 1000;
}

const simulate = (sandbox, seeds, timeoutSeconds, mutant) =>
  run(
    process.execPath,
    [path.join(sandbox, 'scripts', 'simulate.mjs'), '--seeds', `${seeds}`, '--workers', '1', '--no-shrink'],
    {
      cwd: sandbox,
      env: { ...process.env, [activeMutant]: mutant },
      timeoutSeconds,
    },
  );

class SeedResults {
  #file;
  #seeds;
  #simulation = hashOfSimulation();
  #tried = {};

  constructor(file, { seeds, fresh }) {
    this.#file = file;
    this.#seeds = seeds;
    if (!fresh && existsSync(file)) this.#tried = JSON.parse(readFileSync(file, 'utf8'));
  }

  found(text) {
    return this.#tried[text]?.found === true;
  }

  has(text) {
    const { found, seeds, simulation } = this.#tried[text] ?? {};
    return found === true || (seeds >= this.#seeds && simulation === this.#simulation);
  }

  add(text, found) {
    this.#tried[text] = { found, seeds: this.#seeds, simulation: this.#simulation };
    writeFileSync(this.#file, `${JSON.stringify(this.#tried, null, 2)}\n`);
  }
}

function hashOfSimulation() {
  const directory = inRoot('test', 'simulation');
  const hash = createHash('sha256');
  for (const name of readdirSync(directory, { recursive: true }).toSorted())
    if (name.endsWith('.ts')) hash.update(name).update(readFileSync(path.join(directory, name)));
  return hash.digest('base64url').slice(0, 16);
}
