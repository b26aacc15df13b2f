import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { portablePattern } from '#libs/contracts/json-schema.js';

const docs = join(import.meta.dirname, '../../docs');
const documents = [
  'asyncapi.yaml',
  'envelope.json',
  ...readdirSync(join(docs, 'schemas')).map((file) => `schemas/${file}`),
];

function patternsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
  );
}

/** What JSON Schema recommends for patterns that mean the same in every language, and no more. */
const foreign = /\\[a-zA-Z0-9]|\(\?[^:]|\[\^?\[:|[*+?}]\+/;

describe('Patterns that others read', () => {
  it.each(documents)('mean the same in every language: %s', (file) => {
    const patterns = patternsIn(parse(readFileSync(join(docs, file), 'utf8')));
    expect(patterns.filter((pattern) => foreign.test(pattern))).toEqual([]);
  });

  it('are there', () => {
    const patterns = patternsIn(parse(readFileSync(join(docs, 'asyncapi.yaml'), 'utf8')));
    expect(patterns.length).toBeGreaterThan(10);
  });

  it.each([
    ['^\\d{1,16}(\\.\\d{1,4})?$', '^[0-9]{1,16}(\\.[0-9]{1,4})?$'],
    ['[a\\d-]\\d', '[a0-9-][0-9]'],
    ['\\\\d', '\\\\d'],
    ['[\\]\\d]', '[\\]0-9]'],
    ['\\[\\d', '\\[[0-9]'],
  ])('%s is written %s', (ours, theirs) => {
    expect(portablePattern(ours)).toBe(theirs);
  });

  it.each(['\\d', '\\w', '\\bword', '(?<name>a)', '(?i)a', '[[:digit:]]', 'a++', '\\p{L}'])(
    '%s would be found',
    (pattern) => expect(foreign.test(pattern)).toBe(true),
  );
});
