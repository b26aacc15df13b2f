import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { envelopeSchema } from '#libs/contracts/envelope.schema.js';
import { jsonSchemaOf, type JsonSchema } from '#libs/contracts/json-schema.js';
import { allowedFields } from '#libs/observability/log-fields.js';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/personal-data.md'), 'utf8');

/** The rows of the table below a heading, as lists of cells. */
const rowsOf = (heading: string): string[][] => {
  const section = page.split('\n## ').find((one) => one.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
};
const named = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** What an entry with `*` in it stands for: any name without the mark that parts one from the next. */
const stands = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replace(/[.[\]]/g, '\\$&').replaceAll('*', '[^. ]+')}$`).test(name);

const problems = (entries: readonly string[], there: readonly string[]) => ({
  withoutAnEntry: there.filter((name) => !entries.some((entry) => stands(entry, name))),
  gone: entries.filter((entry) => !there.some((name) => stands(entry, name))),
});
const none = { withoutAnEntry: [], gone: [] };

/** Columns that can hold text, as `database.table column`. Binary ones of a fixed length are ids and hashes. */
function textColumns(database: string, schema: string): string[] {
  const table = /^CREATE TABLE `(\w+)` \(\n([^]*?)^\)/gm;
  const column = /^ {2}`(\w+)` (?:(?:var)?char|\w*text|json|\w*blob|varbinary|enum|set)\b/gm;
  return [...schema.matchAll(table)].flatMap(([, name, body = '']) =>
    [...body.matchAll(column)].map(([, field]) => `${database}.${name} ${field}`),
  );
}

/** Fields that can hold any text, as `items[].name`; members of a record are `attributes.*`. */
function textFields(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
  path = '',
): string[] {
  const within = (inner: unknown, at: string) => textFields(inner as JsonSchema, definitions, at);
  const reference = schema['$ref'] as string | undefined;
  if (reference !== undefined) return within(definitions[reference.split('/').at(-1) ?? ''], path);
  const {
    anyOf = [],
    allOf = [],
    oneOf = [],
    properties = {},
    items,
    additionalProperties,
  } = schema as {
    readonly [combined in 'anyOf' | 'allOf' | 'oneOf']?: readonly unknown[];
  } & { properties?: object; items?: object; additionalProperties?: object | boolean };
  const isText =
    [schema['type']].flat().includes('string') &&
    !['enum', 'const', 'format', 'pattern'].some((one) => one in schema);
  return [
    ...(isText ? [path] : []),
    ...[...anyOf, ...allOf, ...oneOf].flatMap((inner) => within(inner, path)),
    ...Object.entries(properties).flatMap(([name, inner]) =>
      within(inner, path === '' ? name : `${path}.${name}`),
    ),
    ...(items ? within(items, `${path}[]`) : []),
    ...(typeof additionalProperties === 'object' ? within(additionalProperties, `${path}.*`) : []),
  ];
}

const fieldsOf = (name: string, json: JsonSchema): string[] =>
  textFields(json, (json['definitions'] ?? {}) as Readonly<Record<string, JsonSchema>>).map(
    (field) => `${name} ${field}`,
  );

describe('docs/personal-data.md', () => {
  it('has every text column of the committed schemas in one of its tables', () => {
    const folders = readdirSync(join(root, 'migrations'), { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    );
    const columns = folders.flatMap(({ name }) =>
      textColumns(name.replace('-', '_'), readFileSync(join(root, 'migrations', name, 'schema.sql'), 'utf8')),
    );
    const entries = ['Columns that hold personal data', 'Columns that hold none'].flatMap((heading) =>
      rowsOf(heading).flatMap(([table, names]) => named(names).map((name) => `${named(table)[0]} ${name}`)),
    );
    expect(columns.length).toBeGreaterThan(100);
    expect(problems(entries, columns)).toEqual(none);
  });

  it('has every field that can hold text of every message', () => {
    const fields = [...messageTypes.values()].flatMap(({ type, schema }) =>
      fieldsOf(type, jsonSchemaOf(schema)),
    );
    fields.push(...fieldsOf('envelope', jsonSchemaOf(envelopeSchema)));
    const entries = rowsOf('Message fields').flatMap(([message = '', names]) =>
      named(names).map((name) => `${named(message)[0] ?? message} ${name}`),
    );
    expect(fields).toContain('order.placed.v1 order.shippingAddress.street');
    expect(problems(entries, [...new Set(fields)])).toEqual(none);
  });

  it('has every field of a log line', () => {
    expect(
      problems(
        rowsOf('Log fields').flatMap(([names]) => named(names)),
        [...allowedFields],
      ),
    ).toEqual(none);
  });

  it('says of all that is personal how long it is kept, and why', () => {
    for (const cells of rowsOf('Columns that hold personal data'))
      expect(cells.filter(Boolean)).toHaveLength(5);
    for (const heading of ['Message fields', 'Log fields'])
      for (const cells of rowsOf(heading)) expect(cells).toContainEqual(expect.stringMatching(/^(yes|no)$/));
  });
});

describe('a register', () => {
  it('misses a column, a message field and what is gone', () => {
    const schema =
      'CREATE TABLE `t` (\n  `id` binary(16) NOT NULL,\n  `a` varchar(3) NULL,\n  `b` longtext\n) ENGINE\n';
    expect(problems(['x.t a', 'x.t c'], textColumns('x', schema))).toEqual({
      withoutAnEntry: ['x.t b'],
      gone: ['x.t c'],
    });
  });
});
