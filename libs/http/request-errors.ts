import type { z } from 'zod';
import { withoutCardNumbers } from '#libs/kernel/card-number.js';
import type { RequestError } from './bad-request.js';

/** More do not help anybody to mend a request. */
const most = 50;
const longestPlace = 200;

export type Place = 'body' | 'query' | 'param';
type Issue = z.core.$ZodIssue;

/** Everything that is wrong with a value, each with where it is; at most 50. Never repeats a value. */
export function requestErrorsOf(issues: readonly Issue[], value: unknown, place: Place): RequestError[] {
  const errors: RequestError[] = [];
  for (const issue of issues) {
    for (const one of apart(issue)) {
      if (errors.length === most) return errors;
      errors.push({
        ...whereIs(one.path, place),
        ...describe(one, valueAt(value, one.path)),
      });
    }
  }
  return errors;
}

/** Fields that should not be there come as one issue of their parent; each is an error of its own. */
function apart(issue: Issue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }));
}

function describe(issue: Issue, value: unknown): { code: string; detail: string } {
  if (issue.code === 'unrecognized_keys')
    return { code: 'unknown-field', detail: 'is not a field of this request' };
  if (value === undefined && issue.code === 'invalid_type')
    return { code: 'required', detail: 'is required' };
  if (issue.code === 'invalid_union') return { code: 'invalid-value', detail: unionDetail(issue) };
  const code = codes[issue.code] ?? 'invalid-value';
  return { code, detail: issue.message.replace(/^Invalid input: /, '') };
}

const codes: Partial<Record<Issue['code'], string>> = {
  invalid_type: 'invalid-type',
  too_big: 'too-big',
  too_small: 'too-small',
  invalid_format: 'invalid-format',
  not_multiple_of: 'invalid-value',
  invalid_key: 'invalid-name',
};

/** What each alternative would have wanted, once. */
function unionDetail(issue: z.core.$ZodIssueInvalidUnion): string {
  const wanted = issue.errors.flatMap((alternative) => alternative.map(({ message }) => message));
  const details = [...new Set(wanted)].map((message) => message.replace(/^Invalid input: /, ''));
  return details.slice(0, 3).join(', or ') || 'fits none of the alternatives';
}

function whereIs(path: readonly PropertyKey[], place: Place): Pick<RequestError, 'pointer' | 'parameter'> {
  if (place === 'body') return { pointer: jsonPointer(path) };
  return { parameter: shown(path.map(String).join('.')) };
}

/** RFC 6901; the empty pointer is the whole body. */
function jsonPointer(path: readonly PropertyKey[]): string {
  const pointer = path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return shown(pointer);
}

/** Names are the caller's, too: those of attributes are free text. */
const shown = (place: string): string => withoutCardNumbers(place).slice(0, longestPlace);

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[name] : undefined,
    value,
  );
}
