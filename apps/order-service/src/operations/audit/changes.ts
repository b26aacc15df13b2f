import { scrub } from '#libs/observability';
import { shownData } from './shown-data.js';

/** One value that has changed. What is absent is null. */
export interface Change {
  /** A JSON pointer, such as `/data/amount/currency`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** More are counted, not kept: rows of the audit trail are never deleted. */
const maxShown = 50;
const longestPath = 200;
const longestValue = 200;

/** Deeper than any message; what is down there counts as changed. */
const deepest = 30;

/** Every value in which two JSON documents differ, the smallest that tell. */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const found: Change[] = [];
  compare(before, after, '', 0, found);
  return found;
}

function compare(before: unknown, after: unknown, path: string, depth: number, found: Change[]): void {
  if (Object.is(before, after)) return;
  const pair = [before, after] as const;
  if (!alike(pair) || depth === deepest) {
    found.push({ path, before: before ?? null, after: after ?? null });
    return;
  }
  for (const name of new Set(pair.flatMap(Object.keys))) {
    const [was, is] = [memberOf(pair[0], name), memberOf(pair[1], name)];
    compare(was, is, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1, found);
  }
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Both objects or both lists: their members can be compared. */
function alike(pair: readonly [unknown, unknown]): pair is readonly [object, object] {
  const [before, after] = pair;
  return isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after);
}

const memberOf = (container: object, name: string): unknown =>
  Object.hasOwn(container, name) ? (container as Record<string, unknown>)[name] : undefined;

/** What is kept and shown of changes: their paths, and such values as are shown of messages (shown-data.ts). */
export function shownChanges(changes: readonly Change[]): Change[] {
  const shown = changes.slice(0, maxShown).map(({ path, before, after }) => ({
    path: scrub(path).slice(0, longestPath),
    before: shownValue(path, before),
    after: shownValue(path, after),
  }));
  const left = changes.length - shown.length;
  return left > 0 ? [...shown, { path: '', before: null, after: `and ${left} more` }] : shown;
}

function shownValue(path: string, value: unknown): unknown {
  // The member that a value belongs to says whether it is shown; a list's index does not.
  const name = path.split('/').findLast((part) => !/^\d+$/.test(part)) ?? '';
  const shown = (shownData({ [name]: value }) as Record<string, unknown>)[name];
  if (isContainer(shown)) return JSON.stringify(shown).slice(0, longestValue);
  return typeof shown === 'string' ? shown.slice(0, longestValue) : shown;
}
