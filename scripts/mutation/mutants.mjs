/**
 * @typedef {import('./run-stryker.mjs').MutationReport} MutationReport
 * @typedef {'killed' | 'timedOut' | 'foundBySeeds' | 'survived' | 'notCovered'} Fate
 */

/** A mutant that fails while its file is loaded fails every spec. */
const fates = {
  Killed: 'killed',
  RuntimeError: 'killed',
  Timeout: 'timedOut',
  NoCoverage: 'notCovered',
};

/**
 * Whatever is not proven to be noticed has survived, whyever it was left out.
 * @param {string} status as Stryker says it
 * @returns {Fate}
 */
export const fateOf = (status) => fates[status] ?? 'survived';

export const isAlive = (fate) => fate === 'survived' || fate === 'notCovered';

/**
 * The mutants of a file, each with words that are the same when other lines move: what stood there and what was put in its place.
 *
 * @param {MutationReport} report
 * @returns {{ id: string, line: number, text: string, mutator: string, fate: Fate }[]} in the order of the file
 */
export function mutantsOf({ source, mutants }) {
  const lines = source.split('\n');
  const seen = new Map();
  return mutants
    .toSorted((a, b) => compare(a.location, b.location))
    .map(({ id, mutatorName, replacement, status, location }) => {
      const change = `${short(textAt(lines, location))} → ${short(replacement)}`;
      const count = (seen.get(change) ?? 0) + 1;
      seen.set(change, count);
      const text = count === 1 ? change : `${change} (${count})`;
      return { id, line: location.start.line, text, mutator: mutatorName, fate: fateOf(status) };
    });
}

function textAt(lines, { start, end }) {
  const text = lines.slice(start.line - 1, end.line);
  text[text.length - 1] = text.at(-1).slice(0, end.column - 1);
  text[0] = text[0].slice(start.column - 1);
  return text.join('\n');
}

/** In one line, and short enough to be read in a list. */
function short(text) {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 100 ? line : `${line.slice(0, 60)} … ${line.slice(-30)}`;
}

const compare = (a, b) =>
  a.start.line - b.start.line ||
  a.start.column - b.start.column ||
  a.end.line - b.end.line ||
  a.end.column - b.end.column;

/**
 * @param {readonly { fate: Fate }[]} mutants
 * @returns {Record<Fate | 'mutants', number> & { score: number }} score: percent of all that were noticed
 */
export function scoreOf(mutants) {
  const count = (fate) => mutants.filter((mutant) => mutant.fate === fate).length;
  const noticed = mutants.filter(({ fate }) => !isAlive(fate)).length;
  return {
    mutants: mutants.length,
    killed: count('killed'),
    timedOut: count('timedOut'),
    foundBySeeds: count('foundBySeeds'),
    survived: count('survived'),
    notCovered: count('notCovered'),
    score: mutants.length === 0 ? 100 : (100 * noticed) / mutants.length,
  };
}
