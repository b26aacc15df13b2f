import { describe, expect, it } from '@jest/globals';
import { failuresIn, lanesOf, phases, planPhases, sumOf, takeMinutes, totalsOf } from './jest-phases.mjs';

const plan = (...args: string[]) => {
  const { phases, rest, narrowed } = planPhases(args);
  return { kinds: phases.flatMap(({ projects }) => projects), rest, narrowed };
};

describe('planning a test run', () => {
  it('runs everything unless told otherwise', () => {
    expect(plan()).toEqual({
      kinds: ['unit', 'architecture', 'contracts', 'simulation', 'integration', 'e2e', 'faults'],
      rest: [],
      narrowed: false,
    });
  });

  it('selects kinds, in either spelling, and hands the rest to jest', () => {
    expect(plan('--selectProjects', 'unit', 'e2e', '--verbose')).toEqual({
      kinds: ['unit', 'e2e'],
      rest: ['--verbose'],
      narrowed: false,
    });
    expect(plan('--selectProjects=contracts').kinds).toEqual(['contracts']);
    expect(plan('--selectProjects=clusters').kinds).toEqual(['clusters']);
  });

  it('adds up selections, as npm appends to those of the script', () => {
    expect(plan('--selectProjects', 'unit', '--selectProjects', 'e2e').kinds).toEqual(['unit', 'e2e']);
  });

  it('knows when tests are left out on purpose', () => {
    expect(plan('--selectProjects', 'unit', 'libs/saga')).toEqual({
      kinds: ['unit'],
      rest: ['libs/saga'],
      narrowed: true,
    });
    expect(plan('-t', 'refuses').narrowed).toBe(true);
  });

  it('refuses a kind that does not exist', () => {
    expect(() => plan('--selectProjects', 'unti')).toThrow('There is no kind of test called unti');
  });

  it('asks for servers and a build only where they are needed', () => {
    expect(planPhases(['--selectProjects', 'unit']).phases.some(({ servers }) => servers)).toBe(false);
    expect(planPhases(['--selectProjects', 'integration']).phases).toMatchObject([{ servers: true }]);
    expect(planPhases(['--selectProjects', 'e2e']).phases).toMatchObject([{ servers: true, build: true }]);
  });
});

describe('what runs side by side', () => {
  it('are lanes, in each of which phases keep their order', () => {
    expect(lanesOf(phases).map((lane) => lane.map(({ title }) => title))).toEqual([
      ['unit, architecture, contracts', 'simulation'],
      ['integration', 'e2e'],
      ['faults'],
      ['clusters'],
    ]);
  });

  it('is nothing where one phase was asked for', () => {
    expect(lanesOf(planPhases(['--selectProjects', 'e2e']).phases)).toMatchObject([[{ projects: ['e2e'] }]]);
  });
});

describe('what a phase has said', () => {
  it('is shown whole when something failed, but for the files in which nothing did', () => {
    const output = `Running one project: e2e
PASS e2e test/e2e/reading.e2e-spec.ts
a line of a service
FAIL e2e test/e2e/operator.e2e-spec.ts (12 s)
  ● an operator › sees it

    expect(received).toBe(expected)
PASS e2e test/e2e/place-order.e2e-spec.ts (9 s)

Tests:       1 failed, 30 passed, 31 total
`;
    expect(failuresIn(output)).toBe(`Running one project: e2e
a line of a service
FAIL e2e test/e2e/operator.e2e-spec.ts (12 s)
  ● an operator › sees it

    expect(received).toBe(expected)

Tests:       1 failed, 30 passed, 31 total`);
  });
});

describe('the length of fault runs', () => {
  it.each([
    [
      ['chaos', '--minutes', '20', '-t', 'x'],
      ['chaos', '-t', 'x'],
    ],
    [['--minutes=20', 'chaos'], ['chaos']],
  ])('is taken out of %j', (args, rest) => {
    expect(takeMinutes(args)).toEqual({ args: rest, env: { FAULT_MINUTES: '20' } });
  });

  it('is up to the tests where it is not given', () => {
    expect(takeMinutes(['chaos'])).toEqual({ args: ['chaos'], env: {} });
  });

  it.each([['--minutes'], ['--minutes', 'many'], ['--minutes=0'], ['--minutes', '600']])(
    'is refused as %s %s',
    (...args) => {
      expect(() => takeMinutes(args)).toThrow('--minutes takes a number');
    },
  );
});

describe('totals', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    numTotalTestSuites: 4,
  };

  it('count a file that could not be run as a failure', () => {
    expect(totalsOf(report)).toEqual({ passed: 3, failed: 2, skipped: 2, suites: 4 });
  });

  it('add up', () => {
    expect(sumOf([totalsOf(report), totalsOf(report)])).toEqual({
      passed: 6,
      failed: 4,
      skipped: 4,
      suites: 8,
    });
  });
});
