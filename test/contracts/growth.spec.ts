import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { growthProblems } from '#libs/contracts/growth.js';
import { dataSchemaOf, jsonSchemaOf, schemaPath, type JsonSchema } from '#libs/contracts/json-schema.js';

const docs = join(import.meta.dirname, '../../docs');
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
});

describe('Committed message schemas', () => {
  it('belong to messages that still exist', () => {
    const gone = readdirSync(join(docs, 'schemas')).filter(
      (file) => !messageTypes.has(file.replace(/\.json$/, '')),
    );
    expect({ gone, whatToDo }).toEqual({ gone: [], whatToDo });
  });

  it.each([...messageTypes])('%s has only grown', (type, message) => {
    const file = join(docs, schemaPath(type));
    expect(existsSync(file)).toBe(true);
    const committed = JSON.parse(readFileSync(file, 'utf8')) as JsonSchema;
    const broken = growthProblems(committed, dataSchemaOf(message));
    expect({ broken, whatToDo }).toEqual({ broken: [], whatToDo });
  });
});
