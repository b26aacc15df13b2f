import type { Coverage } from '../world/coverage.js';

/** What was covered, one line per kind: `ignored: late 12, duplicate 40`. */
export function describeCoverage(coverage: Coverage): string {
  const groups = new Map<string, string[]>();
  for (const [what, count] of Object.entries(coverage.toJSON())) {
    const dot = what.indexOf('.');
    const [kind, name] = dot === -1 ? ['run', what] : [what.slice(0, dot), what.slice(dot + 1)];
    groups.set(kind, [...(groups.get(kind) ?? []), `${name} ${count}`]);
  }
  return [...groups].map(([kind, counts]) => `${`${kind}:`.padEnd(13)} ${counts.join(', ')}`).join('\n');
}
