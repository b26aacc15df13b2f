/**
 * Which tests run together. Lanes run side by side, the phases of one in turn: those that compute use what those that
 * wait for servers leave of the machine, and give way to them. Those on request need what not every machine can offer.
 */
export const phases = [
  {
    title: 'unit, architecture, contracts',
    projects: ['unit', 'architecture', 'contracts'],
    lane: 'computing',
    workers: 2,
  },
  { title: 'simulation', projects: ['simulation'], lane: 'computing', workers: 2 },
  { title: 'integration', projects: ['integration'], lane: 'waiting', workers: 3, servers: true },
  { title: 'e2e', projects: ['e2e'], lane: 'waiting', workers: 3, servers: true, build: true },
  { title: 'faults', projects: ['faults'], lane: 'faults', workers: 2, servers: true, build: true },
  {
    title: 'clusters',
    projects: ['clusters'],
    lane: 'clusters',
    workers: 1,
    clusters: true,
    build: true,
    onRequest: true,
  },
];

/**
 * @template {{ lane: string }} Phase
 * @param {readonly Phase[]} chosen
 * @returns {Phase[][]} what runs side by side, each lane in its order
 */
export function lanesOf(chosen) {
  const lanes = new Map();
  for (const phase of chosen) lanes.set(phase.lane, [...(lanes.get(phase.lane) ?? []), phase]);
  return [...lanes.values()];
}

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
  if (!(minutes > 0 && minutes <= maxMinutes)) {
    throw new Error(`--minutes takes a number up to ${maxMinutes}.`);
  }
  return {
    args: args.toSpliced(at, joined === undefined ? 2 : 1),
    env: { FAULT_MINUTES: String(minutes) },
  };
}

/** A phase of tests is given up after an hour. */
const maxMinutes = 45;

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

/**
 * What a phase said but for what went well. The rest may be about a failure, whatever it is: seeds, what services said.
 *
 * @param {string} output
 */
export const failuresIn = (output) =>
  output
    .split('\n')
    .filter((line) => !line.startsWith('PASS '))
    .join('\n')
    .trim();

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
