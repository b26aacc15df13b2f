import { hasFailed, type Finding } from './run.js';

const marks: Readonly<Record<Finding['outcome'], string>> = {
  passed: 'passed  ',
  failed: 'FAILED  ',
  'not-done': 'not done',
  'not-reached': 'FAILED  ',
  'not-looked-at': 'left out',
};

/** Whether it is a duty, not an option or a circumstance, that another one stands on. */
const participantOwes = (what = ''): boolean => /^[a-z]+(-[a-z]+)+$/.test(what);

/** A duty in a line; one that is not done with what was expected, what came, and the messages before it. */
export function linesOf(finding: Finding): readonly string[] {
  const { outcome, name, sentence, expected, came, transcript = [] } = finding;
  const line = `${marks[outcome]}  ${name.padEnd(28)}${sentence}`;
  switch (outcome) {
    case 'passed':
      return [line];
    case 'not-looked-at':
      return [
        `${marks[outcome]}  ${name.padEnd(28)}${expected} is not ${participantOwes(expected) ? 'done' : 'given'}`,
      ];
    case 'not-reached':
      return [line, '    the participant had stopped answering'];
    case 'failed':
    case 'not-done':
      return [
        line,
        ...(outcome === 'not-done' ? ['    optional: a participant conforms without it'] : []),
        `    expected  ${expected}`,
        `    came      ${came}`,
        ...transcript.map((message) => `      ${message}`),
      ];
  }
}

export function summaryOf(findings: readonly Finding[]): string {
  const count = (of: Finding['outcome']): number => findings.filter(({ outcome }) => outcome === of).length;
  const more = [
    [count('not-done'), 'optional not done'],
    [count('not-looked-at'), 'left out'],
  ] as const;
  return [
    `${count('passed')} passed, ${findings.filter(hasFailed).length} failed`,
    ...more.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`),
  ].join(', ');
}
