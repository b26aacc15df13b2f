import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot, root } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { fateOf, isAlive } from './mutants.mjs';

/** What a mutant may take beyond what its tests take without it. An endless loop is noticed sooner, by counting. */
const overtimeMs = 20_000;

/** Runs of jest in one process: it keeps some of the memory of each. */
const maxRunsPerProcess = 50;

/** What no spec reads: it would be copied for every file. */
const notCopied = ['.data', 'dist', 'coverage', 'bench', 'deploy', 'docs', 'kit'];

/**
 * Changes one file in one place at a time and runs the specs that reach the place. What was noticed is kept, so that another
 * run tries only survivors, and what has changed since in the file or in its specs.
 *
 * @param {string} file
 * @param {import('../../test/mutation/folders.mjs').MutatedFolder} folder
 * @param {{ directory: string, workers: number, seconds: number, fresh: boolean }} options directory: for results
 * @returns {Promise<{ code: number, output: string, sandbox: string, report: MutationReport | undefined }>}
 *   code 124: it was stopped; sandbox: a copy of the project with all mutants of the file in it, each asleep
 *
 * @typedef {{ id: string, mutatorName: string, replacement: string, status: string, location: Location }} Mutant
 * @typedef {{ start: { line: number, column: number }, end: { line: number, column: number } }} Location
 * @typedef {{ source: string, mutants: Mutant[] }} MutationReport
 */
export async function runStryker(file, folder, { directory, workers, seconds, fresh }) {
  const place = path.join(directory, file.slice(folder.folder.length + 1).replace(/\.ts$/, ''));
  const sandboxes = path.join(place, 'sandbox');
  const results = path.join(place, 'mutants.json');
  rmSync(sandboxes, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  keepWhatWasNoticed(results);
  const options = {
    mutate: [file],
    plugins: ['@stryker-mutator/jest-runner'],
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    jest: {
      configFile: 'test/mutation/jest.config.mjs',
      config: { testMatch: specsOf(folder).map((spec) => `<rootDir>/${spec}`) },
      // What jest takes for related it finds in the text of imports, and misses those by a library's name.
      enableFindRelatedTests: false,
    },
    coverageAnalysis: 'perTest',
    incremental: true,
    incrementalFile: results,
    force: fresh,
    tempDirName: sandboxes,
    cleanTempDir: false,
    ignorePatterns: notCopied,
    disableTypeChecks: false,
    concurrency: workers,
    timeoutMS: overtimeMs,
    maxTestRunnerReuse: maxRunsPerProcess,
    reporters: [],
    logLevel: 'warn',
    allowConsoleColors: false,
    warnings: { slow: false },
  };
  const configuration = path.join(place, 'stryker.json');
  writeFileSync(configuration, `${JSON.stringify(options, null, 2)}\n`);
  const stryker = inRoot('node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const { code, output } = await run(process.execPath, [stryker, 'run', configuration], {
    cwd: root,
    timeoutSeconds: seconds,
  });
  return { code, output, place, sandbox: onlyFolderIn(sandboxes), report: readReport(results, file) };
}

/**
 * Survivors are tried again each time. Stryker would do so only where a new test reaches them, and knows of none for what is
 * evaluated while a file is loaded.
 */
function keepWhatWasNoticed(results) {
  if (!existsSync(results)) return;
  const report = JSON.parse(readFileSync(results, 'utf8'));
  for (const file of Object.values(report.files))
    file.mutants = file.mutants.filter(({ status }) => !isAlive(fateOf(status)));
  writeFileSync(results, JSON.stringify(report));
}

function readReport(results, file) {
  if (!existsSync(results)) return undefined;
  return JSON.parse(readFileSync(results, 'utf8')).files[file];
}

const specsOf = ({ folder, provenBy = [] }) =>
  [folder, ...provenBy].map((place) =>
    statSync(inRoot(place)).isDirectory() ? `${place}/**/*.spec.ts` : place,
  );

function onlyFolderIn(directory) {
  const [name] = existsSync(directory) ? readdirSync(directory) : [];
  return name === undefined ? undefined : path.join(directory, name);
}
