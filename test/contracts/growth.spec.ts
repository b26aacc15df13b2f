import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { growthProblems } from '#libs/contracts/growth.js';
import { jsonSchemaOf, schemaPath, sharedSchema, type JsonSchema } from '#libs/contracts/json-schema.js';

const docs = join(import.meta.dirname, '../../docs');
const fileOf = (name: string) => join(docs, schemaPath(name));
const committed = (name: string) => JSON.parse(readFileSync(fileOf(name), 'utf8')) as JsonSchema;
const whatToDo =
  'Within a version, messages only gain optional fields: add the next version beside this one (CONTRIBUTING.md, Messages).';

const problems = (before: z.ZodType, now: z.ZodType) =>
  growthProblems(jsonSchemaOf(before), jsonSchemaOf(now));

const line = z.object({ sku: z.string(), quantity: z.int().min(1) });
const before = z.object({ id: z.string(), lines: z.array(line), note: z.string().optional() });

describe('Growth of a message', () => {
  it('may explain itself better and gain optional fields, at any depth', () => {
    const now = z.object({
      id: z.string().describe('of the order'),
      lines: z.array(line.extend({ gift: z.boolean().optional() })),
      note: z.string().optional(),
      title: z.string().optional(),
    });
    expect(problems(before, now)).toEqual([]);
  });

  it.each([
    ['loses a field', before.omit({ note: true }), '/note is gone'],
    ['renames a field', before.omit({ id: true }).extend({ orderId: z.string() }), '/id is gone'],
    ['asks for a new field', before.extend({ currency: z.string() }), '/currency has become required'],
    ['asks for an old field', before.extend({ note: z.string() }), '/note has become required'],
    ['stops sending a field', before.extend({ id: z.string().optional() }), '/id is no longer required'],
    ['changes a type', before.extend({ id: z.int() }), '/id/type was "string" and is "integer"'],
    [
      'tightens a bound deep inside',
      before.extend({ lines: z.array(line.extend({ quantity: z.int().min(2) })) }),
      '/lines/items/quantity/minimum was 1 and is 2',
    ],
  ])('is not one that %s', (_what, now, problem) => {
    expect(problems(before, now)).toContain(problem);
  });

  it('takes a field for a field, though it is named like a word of JSON Schema', () => {
    const titled = z.object({ title: z.string(), description: z.string() });
    expect(problems(titled, titled.omit({ title: true }))).toContain('/title is gone');
  });

  it('is the same wherever a definition is kept that the message refers to', () => {
    const referring = z.object({ line: line.meta({ id: 'Line' }) });
    const { definitions, ...elsewhere } = jsonSchemaOf(referring);
    const shared = { definitions } as JsonSchema;
    const plain = jsonSchemaOf(z.object({ line }));
    expect(definitions).toHaveProperty('Line');
    expect(growthProblems(elsewhere, plain, shared)).toEqual([]);
    expect(growthProblems(plain, elsewhere, shared)).toEqual([]);
    expect(
      growthProblems(elsewhere, jsonSchemaOf(z.object({ line: line.omit({ sku: true }) })), shared),
    ).toContain('/line/sku is gone');
    expect(() => growthProblems(elsewhere, plain)).toThrow('#/definitions/Line');
  });
});

describe('Committed message schemas', () => {
  it('belong to messages that still exist', () => {
    const gone = readdirSync(join(docs, 'schemas'))
      .map((file) => file.replace(/\.json$/, ''))
      .filter((name) => name !== sharedSchema && !messageTypes.has(name));
    expect({ gone, whatToDo }).toEqual({ gone: [], whatToDo });
  });

  it.each([...messageTypes])('%s has only grown', (type, message) => {
    expect(existsSync(fileOf(type))).toBe(true);
    const broken = growthProblems(committed(type), jsonSchemaOf(message.schema), committed(sharedSchema));
    expect({ broken, whatToDo }).toEqual({ broken: [], whatToDo });
  });
});
