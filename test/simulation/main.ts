import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { describeCoverage } from './cli/describe-coverage.js';
import { describePlan } from './cli/describe-plan.js';
import { runSeeds, type Failure } from './cli/run-seeds.js';
import { serveSeeds } from './cli/serve-seeds.js';
import { planOf } from './plan.js';
import { plantedBugs, plantedBug } from './planted-bugs/planted-bugs.js';
import { shrink } from './shrink.js';
import { simulate } from './simulation.js';

const usage = `npm run simulate -- [--seeds N] [--from SEED] [--workers N] [--bug NAME] [--trace] [--no-shrink] [--list-bugs]

  --seeds N      how many seeds to run (2000)
  --from SEED    the first of them (1)
  --workers N    processes to run them in (one a core)
  --bug NAME     with a bug planted: finding it is the success then
  --trace        print what happened, event by event; best with --seeds 1
  --no-shrink    do not look for a smaller schedule that fails the same way
  --list-bugs    the bugs that can be planted`;

/** @returns the exit code: 0 when nothing was violated, or when the planted bug was found. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '2000' },
      from: { type: 'string', default: '1' },
      workers: { type: 'string' },
      bug: { type: 'string' },
      trace: { type: 'boolean', default: false },
      'no-shrink': { type: 'boolean', default: false },
      'list-bugs': { type: 'boolean', default: false },
      serve: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(usage);
  if (values['list-bugs'])
    return say(plantedBugs.map(({ name, what }) => `${name.padEnd(40)} ${what}`).join('\n'));
  const bug = plantedBug(values.bug);
  const parts = bug?.parts;
  if (values.serve) return serveSeeds(parts);

  const [seeds, from] = [whole(values.seeds, '--seeds'), whole(values.from, '--from')];
  if (values.trace) return trace(from, seeds);
  const bar = new SingleBar({
    format: '{bar} {value}/{total} seeds, {speed} a second, {duration_formatted}',
    clearOnComplete: true,
    hideCursor: true,
  });
  const started = performance.now();
  const speed = (done: number): string => (done / ((performance.now() - started) / 1000)).toFixed(1);
  bar.start(seeds, 0, { speed: '-' });
  const { done, coverage, failures } = await runSeeds(from, seeds, {
    bug: bug?.name,
    workers: values.workers === undefined ? undefined : whole(values.workers, '--workers'),
    onProgress: (count) => bar.update(count, { speed: speed(count) }),
  });
  bar.stop();
  console.log(describeCoverage(coverage));
  console.log(`\n${done} seeds from ${from}, ${speed(done)} a second`);
  const [first] = failures;
  if (!first)
    return bug ? say(`The planted bug ${bug.name} was not found.`, 1) : say('No invariant was violated.');
  await explain(first);
  return bug ? 0 : 1;

  async function explain({ seed, violation }: Failure): Promise<void> {
    console.log(`\nSeed ${seed} violates: ${violation.invariant}\n  ${violation.detail}`);
    if (values['no-shrink']) return;
    const small = await shrink(planOf(seed), violation, parts);
    console.log(
      `\nThe smallest schedule found that does (after ${small.runs} runs):\n${describePlan(small.plan)}`,
    );
    const { trace: lines } = await simulate(small.plan, { parts, keepTrace: true });
    console.log(`\nWhat happened in it:\n${lines.lines.join('\n')}`);
  }

  async function trace(first: number, count: number): Promise<number> {
    let code = 0;
    for (let seed = first; seed < first + count; seed += 1) {
      const result = await simulate(planOf(seed), { parts, keepTrace: true });
      console.log(`seed ${seed}\n${describePlan(planOf(seed))}\n${result.trace.lines.join('\n')}`);
      console.log(`${result.eventCount} events, digest ${result.trace.digest}`);
      if (result.violation) code = 1;
    }
    return code;
  }
}

function say(text: string, code = 0): number {
  console.log(text);
  return code;
}

function whole(text: string, name: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Error(`${name} takes a whole number, not ${text}`);
  return number;
}
