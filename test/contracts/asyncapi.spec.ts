import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { Parser, type AsyncAPIDocumentInterface } from '@asyncapi/parser';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { declaredQueues } from '#libs/contracts/declarations.js';
import { goldenMessages } from './golden.js';

const text = readFileSync(join(import.meta.dirname, '../../docs/asyncapi.yaml'), 'utf8');

const published = parse(text) as { components: { schemas: Record<string, { required?: string[] }> } };

/** Knows the whole document, so that references within it resolve; most of its words are not JSON Schema's. */
const payloads = new Ajv({ strict: false });
formats.default(payloads);
payloads.addSchema(published, 'asyncapi.yaml');

/** Loading the parser and its schemas takes seconds, so it happens once. */
const parsed = (async (): Promise<AsyncAPIDocumentInterface> => {
  const { document, diagnostics } = await new Parser().parse(text);
  const wrong = diagnostics
    .filter(({ severity }) => severity === 0)
    .map(({ path, message }) => ({ path, message }));
  expect(wrong).toEqual([]);
  if (!document) throw new Error('the parser gave no document');
  return document;
})();

describe('The AsyncAPI document', () => {
  it('is one that an AsyncAPI parser accepts', async () => {
    const document = await parsed;
    expect(document.version()).toBe('3.0.0');
  }, 60_000);

  it('has every message, with the golden one as its example', async () => {
    const document = await parsed;
    const examples = document
      .components()
      .messages()
      .all()
      .map((message) => [message.name(), message.examples().all()[0]?.payload()]);
    expect(Object.fromEntries(examples)).toEqual({
      ...Object.fromEntries(goldenMessages),
      unreadable: undefined,
    });
  }, 60_000);

  it.each([...goldenMessages])('describes the payload of %s', (type, { data }) => {
    const validate = payloads.compile({ $ref: `asyncapi.yaml#/components/schemas/${type}` });
    validate(data);
    expect(validate.errors).toBeNull();
    for (const name of published.components.schemas[type]?.required ?? [])
      expect(validate({ ...data, [name]: undefined })).toBe(false);
  });

  it('has a channel for every queue that is declared', async () => {
    const document = await parsed;
    const channels = document
      .channels()
      .all()
      .map((channel) => channel.id());
    expect(channels).toEqual(expect.arrayContaining(declaredQueues.map(({ name }) => name)));
  }, 60_000);

  it('has somebody who sends each message, and somebody who receives each command and reply', async () => {
    const document = await parsed;
    const operations = document.operations().all();
    const typesOf = (action: string) =>
      operations
        .filter((operation) => operation.action() === action)
        .flatMap((operation) =>
          operation
            .messages()
            .all()
            .map((message) => message.name()),
        );
    const settled = [...messageTypes.values()].filter(({ kind }) => kind !== 'event').map(({ type }) => type);
    expect(new Set(typesOf('send'))).toEqual(new Set(messageTypes.keys()));
    expect(typesOf('receive')).toEqual(expect.arrayContaining(settled));
  }, 60_000);

  it('says under which further keys a change of an order travels', async () => {
    const document = await parsed;
    const operation = document.operations().get('order-service.sends.order.confirmed.v1');
    expect(operation?.bindings().get('amqp')?.json()).toMatchObject({
      cc: ['order.updated'],
      mandatory: false,
    });
  }, 60_000);
});
