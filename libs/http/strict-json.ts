import { isUtf8 } from 'node:buffer';
import { BadRequest } from './bad-request.js';

/** Deeper bodies have no use here, and every level costs stack in whatever walks them. */
const deepest = 32;

/**
 * JSON as I-JSON (RFC 7493) wants it, so that no two readers of a body can see two things in it: valid UTF-8, no
 * duplicate names, no lone surrogates; and no `__proto__`, and at most 32 levels.
 * @throws BadRequest `invalid-json`
 */
export function parseStrictJson(body: Buffer): unknown {
  if (body.length === 0) throw invalid('is empty');
  if (!isUtf8(body)) throw invalid('is not UTF-8');
  const names = countNames(body);
  const value = parse(body.toString('utf8'));
  // JSON.parse keeps one member of each name; if there were more colons than members, a name came twice.
  if (countMembers(value) !== names) throw invalid('has a member twice');
  return value;
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openings: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const closings: ReadonlySet<number> = new Set([0x7d, 0x5d]);

/** Colons outside of strings. Watches the depth on the way, before anything recursive sees the body. */
function countNames(body: Buffer): number {
  let names = 0;
  let depth = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    if (byte === quote) at = endOfString(body, at);
    else if (byte === colon) names++;
    else if (openings.has(byte) && ++depth > deepest)
      throw invalid(`is nested deeper than ${deepest} levels`);
    else if (closings.has(byte)) depth--;
  }
  return names;
}

function endOfString(body: Buffer, start: number): number {
  for (let at = start + 1; at < body.length; at++) {
    if (body[at] === backslash) at++;
    else if (body[at] === quote) return at;
  }
  return body.length;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('is not JSON');
  }
}

function countMembers(value: unknown): number {
  if (typeof value === 'string') checkText(value);
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countMembers(item), 0);
  let members = 0;
  for (const [name, member] of Object.entries(value)) {
    if (name === '__proto__') throw invalid('has a member __proto__');
    checkText(name);
    members += 1 + countMembers(member);
  }
  return members;
}

function checkText(text: string): void {
  if (/\p{Cs}/u.test(text)) throw invalid('has a lone surrogate');
}

const invalid = (why: string): BadRequest => new BadRequest('invalid-json', `the body ${why}`);
