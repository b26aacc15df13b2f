import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { totalsOf } from './jest-phases.mjs';
import { dataDirectory, inRoot, root } from './project.mjs';
import { run } from './run.mjs';

const longestPhaseSeconds = 3600;
const exitSeconds = 15;
const directory = path.join(dataDirectory, 'test');

/**
 * Runs jest and returns its totals, from its own report: a run that crashes before it has one counts as a failure.
 *
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, name: string, shown: boolean, givesWay: boolean }} options name: of its files; shown:
 *   what it says is shown at once, and not kept
 * @returns {Promise<import('./jest-phases.mjs').Totals & { output: string }>} output: all that it said and was not shown
 */
export async function runJest(args, { env, name, shown, givesWay }) {
  const report = path.join(directory, `report-${process.pid}-${name}.json`);
  const outputFile = path.join(directory, 'output', `${name}.log`);
  mkdirSync(path.dirname(outputFile), { recursive: true });
  rmSync(report, { force: true });
  const finished = new AbortController();
  const watch = abortWhenStuck(report, finished);
  const into = shown ? undefined : openSync(outputFile, 'w');
  const { code } = await run(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      inRoot('node_modules', 'jest', 'bin', 'jest.js'),
      '--json',
      `--outputFile=${report}`,
      '--passWithNoTests',
      ...args,
    ],
    {
      cwd: root,
      env,
      show: true,
      into,
      givesWay,
      graceSeconds: 30,
      signal: finished.signal,
      timeoutSeconds: longestPhaseSeconds,
    },
  );
  clearInterval(watch);
  if (finished.signal.aborted)
    writeSync(
      into ?? process.stderr.fd,
      `Jest did not exit within ${exitSeconds} s of its last test: something was left open.\n`,
    );
  const output = into === undefined ? '' : readFileSync(outputFile, 'utf8');
  if (into !== undefined) closeSync(into);
  let totals;
  try {
    totals = totalsOf(JSON.parse(readFileSync(report, 'utf8')));
    rmSync(report);
  } catch {
    totals = { passed: 0, failed: 1, skipped: 0, suites: 0 };
  }
  // Jest fails for more than failed tests: something left open, a coverage threshold, a snapshot that is obsolete.
  if (code !== 0 && totals.failed === 0) totals.failed = 1;
  return { ...totals, output };
}

/** The report is written after the last test; what keeps jest from exiting then was left open, and would for ever. */
function abortWhenStuck(report, finished) {
  let writtenAt;
  return setInterval(() => {
    if (writtenAt === undefined && existsSync(report)) writtenAt = Date.now();
    if (writtenAt !== undefined && Date.now() - writtenAt > exitSeconds * 1000) finished.abort();
  }, 500);
}
