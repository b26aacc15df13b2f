import { hasFailed, type Finding } from './run.js';

const marks: Readonly<Record<Finding['outcome'], string>> = {
  passed: 'passed  ',
  failed: 'FAILED  ',
  'not-reached': 'FAILED  ',
  'not-looked-at': 'left out',
};

/** A duty in a line; a broken one with what was expected, what came, and the messages before it. */
export function linesOf(finding: Finding): readonly string[] {
  const { outcome, name, sentence, expected, came, transcript = [] } = finding;
  const line = `${marks[outcome]}  ${name.padEnd(28)}${sentence}`;
  switch (outcome) {
    case 'passed':
      return [line];
    case 'not-looked-at':
      return [`${marks[outcome]}  ${name.padEnd(28)}${expected} is not given`];
    case 'not-reached':
      return [line, '    the participant had stopped answering'];
    case 'failed':
      return [
        line,
        `    expected  ${expected}`,
        `    came      ${came}`,
        ...transcript.map((message) => `      ${message}`),
      ];
  }
}

export function summaryOf(findings: readonly Finding[]): string {
  const passed = findings.filter(({ outcome }) => outcome === 'passed').length;
  const leftOut = findings.filter(({ outcome }) => outcome === 'not-looked-at').length;
  const failed = findings.filter(hasFailed).length;
  return `${passed} passed, ${failed} failed${leftOut > 0 ? `, ${leftOut} left out` : ''}`;
}
