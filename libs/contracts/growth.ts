import type { JsonSchema } from './json-schema.js';

/** Words that explain and do not constrain. */
const annotations = new Set(['$id', '$schema', 'title', 'description', 'examples', 'default']);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What keeps `now` from being the same version of a message as `before`. Within a version a message gains optional
 * fields and changes in no other way: readers of yesterday have to understand writers of today, and the reverse.
 * References are followed, so that it does not matter where a definition is kept; `shared` has those that several
 * messages refer to. Empty when all is well. Proven by test/contracts/growth.spec.ts.
 */
export function growthProblems(
  before: JsonSchema,
  now: JsonSchema,
  shared: JsonSchema = {},
): readonly string[] {
  return compare(inlined(before, shared), inlined(now, shared), '');
}

/** @throws Error for a reference that leads nowhere, or back to where it is. */
function inlined({ definitions, ...schema }: JsonSchema, shared: JsonSchema): unknown {
  const known = { ...(shared['definitions'] as object), ...(definitions as object) } as JsonSchema;
  const inline = (value: unknown, within: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((item) => inline(item, within));
    if (!isObject(value)) return value;
    const { $ref } = value;
    if (typeof $ref !== 'string')
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inline(inner, within)]));
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    if (!known[name] || within.includes(name)) throw new Error(`${$ref} cannot be put in its place`);
    return inline(known[name], [...within, name]);
  };
  return inline(schema, []);
}

function compare(before: unknown, now: unknown, path: string): string[] {
  if (!isObject(before) || !isObject(now)) {
    return JSON.stringify(before) === JSON.stringify(now)
      ? []
      : [`${path} was ${JSON.stringify(before)} and is ${JSON.stringify(now)}`];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys].flatMap((key) => {
    const here = `${path}/${key}`;
    if (annotations.has(key)) return [];
    if (key === 'properties') return compareProperties(before[key], now[key], path);
    if (key === 'required') return compareRequired(before[key], now[key], path);
    return compare(before[key], now[key], here);
  });
}

/** Entries are names that authors chose, so that one called `title` is compared like any other. */
function compareProperties(before: unknown, now: unknown, path: string): string[] {
  const [old, current] = [before ?? {}, now ?? {}];
  if (!isObject(old) || !isObject(current)) return compare(before, now, path);
  return Object.keys(old).flatMap((name) =>
    name in current ? compare(old[name], current[name], `${path}/${name}`) : [`${path}/${name} is gone`],
  );
}

function compareRequired(before: unknown, now: unknown, path: string): string[] {
  const [old, current] = [new Set((before ?? []) as string[]), new Set((now ?? []) as string[])];
  return [
    ...[...current].filter((name) => !old.has(name)).map((name) => `${path}/${name} has become required`),
    ...[...old].filter((name) => !current.has(name)).map((name) => `${path}/${name} is no longer required`),
  ];
}
