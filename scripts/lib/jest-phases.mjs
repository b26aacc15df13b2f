/**
 * Which tests run together. Fast ones share all cores; those that start services of their own would starve each other.
 * Those on request need what not every machine can offer.
 */
export const phases = [
  { title: 'unit, architecture, contracts', projects: ['unit', 'architecture', 'contracts'], jestArgs: [] },
  { title: 'simulation', projects: ['simulation'], jestArgs: ['--maxWorkers=2'] },
  { title: 'integration', projects: ['integration'], jestArgs: ['--maxWorkers=2'], servers: true },
  { title: 'e2e', projects: ['e2e'], jestArgs: ['--maxWorkers=1'], servers: true, build: true },
  { title: 'faults', projects: ['faults'], jestArgs: ['--maxWorkers=1'], servers: true, build: true },
  {
    title: 'clusters',
    projects: ['clusters'],
    jestArgs: ['--maxWorkers=1'],
    clusters: true,
    build: true,
    onRequest: true,
  },
];

const known = phases.flatMap(({ projects }) => projects);
const narrowing = [
  '-t',
  '--testNamePattern',
  '--shard',
  '-o',
  '--onlyChanged',
  '--changedSince',
  '--onlyFailures',
  '-f',
];

/**
 * @param {readonly string[]} args of `npm test --`: jest's own, of which only `--selectProjects` is understood here
 * @returns {{ phases: typeof phases, rest: string[], narrowed: boolean }} narrowed: tests are left out on purpose
 */
export function planPhases(args) {
  const selected = new Set();
  const rest = [];
  let selecting = false;
  for (const arg of args) {
    const [flag, value] = arg.split('=');
    if (flag === '--selectProjects') {
      selecting = value === undefined;
      for (const name of value?.split(',') ?? []) select(name);
    } else if (selecting && !arg.startsWith('-')) {
      if (known.includes(arg)) select(arg);
      else if (selected.size === 0) throw new Error(unknown(arg));
      else rest.push(arg); // a file pattern after the projects
    } else {
      selecting = false;
      rest.push(arg);
    }
  }
  function select(name) {
    if (!known.includes(name)) throw new Error(unknown(name));
    selected.add(name);
  }
  const chosen = phases
    .map((phase) => ({
      ...phase,
      projects: phase.projects.filter((name) =>
        selected.size === 0 ? !phase.onRequest : selected.has(name),
      ),
    }))
    .filter(({ projects }) => projects.length > 0);
  return {
    phases: chosen,
    rest,
    narrowed: rest.some((arg) => narrowing.includes(arg.split('=')[0]) || !arg.startsWith('-')),
  };
}

/**
 * `--minutes 20`: how long the faults at random go on, told to the tests by FAULT_MINUTES.
 *
 * @param {readonly string[]} args of `npm test --`
 * @returns {{ args: string[], env: Record<string, string> }} the others, and what the tests get to know
 */
export function takeMinutes(args) {
  const at = args.findIndex((arg) => arg.split('=')[0] === '--minutes');
  if (at < 0) return { args: [...args], env: {} };
  const [, joined] = args[at].split('=');
  const minutes = Number(joined ?? args[at + 1]);
  if (!(minutes > 0 && minutes <= mostMinutes)) {
    throw new Error(`--minutes takes a number up to ${mostMinutes}.`);
  }
  return {
    args: args.toSpliced(at, joined === undefined ? 2 : 1),
    env: { FAULT_MINUTES: String(minutes) },
  };
}

/** A phase of tests is given up after an hour. */
const mostMinutes = 45;

const unknown = (name) => `There is no kind of test called ${name}; there are ${known.join(', ')}.`;

/**
 * @typedef {{ passed: number, failed: number, skipped: number, suites: number }} Totals
 *
 * @param {object} report what jest writes with --json
 * @returns {Totals} a file that could not even be run counts as one failed test
 */
export function totalsOf(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
    suites: report.numTotalTestSuites,
  };
}

/** @param {readonly Totals[]} all */
export const sumOf = (all) =>
  all.reduce(
    (sum, each) => ({
      passed: sum.passed + each.passed,
      failed: sum.failed + each.failed,
      skipped: sum.skipped + each.skipped,
      suites: sum.suites + each.suites,
    }),
    { passed: 0, failed: 0, skipped: 0, suites: 0 },
  );
