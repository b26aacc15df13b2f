import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { envelopeSchema } from '#libs/contracts/envelope.schema.js';
import { schemaPath, sharedSchema } from '#libs/contracts/json-schema.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { goldenMessages, type GoldenMessage } from './golden.js';

const messages = [...messageTypes.values()];
const golden = ({ type }: MessageType): GoldenMessage => {
  const message = goldenMessages.get(type);
  if (!message) throw new Error(`${type} has no golden file: libs/contracts/<owner>/golden/${type}.json`);
  return message;
};

const ajv = new Ajv({ strict: true, strictTypes: false });
formats.default(ajv);

interface PublishedSchema {
  readonly required?: readonly string[];
}
const published = (type: string): PublishedSchema =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../docs', schemaPath(type)), 'utf8'),
  ) as PublishedSchema;
ajv.addSchema(published(sharedSchema));
const validators = new Map([...messageTypes.keys()].map((type) => [type, ajv.compile(published(type))]));

function errorsOf(type: string, data: unknown): unknown {
  const validate = validators.get(type)!;
  validate(data);
  return validate.errors;
}

/** The same value with a field that nobody knows in each object. */
function withUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownFields);
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).map(([name, inner]) => [
    name,
    // Attributes are free text by name: there, any field is a known one.
    name === 'attributes' ? inner : withUnknownFields(inner),
  ]);
  return { ...Object.fromEntries(known), fieldOfTheFuture: { nested: [1, 'two'] } };
}

describe('Golden messages', () => {
  it('are there for every message, and for nothing else', () => {
    expect([...goldenMessages.keys()].sort()).toEqual([...messageTypes.keys()].sort());
  });

  it('are messages apart: no id is there twice', () => {
    const ids = [...goldenMessages.values()].map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  describe.each(messages.map((message) => [message.type, message] as const))('%s', (type, message) => {
    it('is an envelope that readers take whole', () => {
      const envelope = golden(message);
      expect(envelopeSchema.parse(envelope)).toEqual(envelope);
      expect(envelope).toMatchObject({ type, dataschema: schemaPath(type) });
    });

    it('carries a payload that readers take whole', () => {
      const { data } = golden(message);
      expect(message.schema.parse(data)).toEqual(data);
    });

    it('agrees with the published JSON Schema', () => {
      expect(errorsOf(type, golden(message).data)).toBeNull();
    });

    it('is understood when it carries fields that the reader does not know', () => {
      const envelope = golden(message);
      const future = withUnknownFields(envelope) as GoldenMessage;
      expect(envelopeSchema.parse({ ...future, data: envelope.data })).toEqual(envelope);
      expect(message.schema.parse(future.data)).toEqual(envelope.data);
      expect(errorsOf(type, future.data)).toBeNull();
    });

    it('is refused when a required field is missing', () => {
      const { data } = golden(message);
      for (const name of published(type).required ?? []) {
        const { [name]: _, ...rest } = data;
        expect(message.schema.safeParse(rest).success).toBe(false);
        expect(errorsOf(type, rest)).not.toBeNull();
      }
    });
  });

  describe.each(
    messages.filter(({ kind }) => kind === 'reply').map((message) => [message.type, message] as const),
  )('%s', (type, message) => {
    it('says what it answers, and comes from whoever owns it', () => {
      const reply = golden(message);
      const answered = (message.answers ?? []).map(golden);
      expect(answered.map(({ commandid }) => commandid)).toContain(reply.commandid);
      expect(answered.map(({ id }) => id)).toContain(reply.causationid);
      expect(answered.map(({ sagaid }) => sagaid)).toContain(reply.sagaid);
      expect(reply.source).toBe(`/${type.split('.')[0]}-service`);
    });
  });

  it.each(messages.filter(({ kind }) => kind === 'event').map((message) => [message.type, message] as const))(
    '%s has the version of its subject as its sequence',
    (_type, message) => {
      const { data, sequence } = golden(message);
      const subject = ('order' in data ? data['order'] : data) as { version: number };
      expect(sequence).toBe(subject.version);
    },
  );

  it.each(
    messages.filter(({ kind }) => kind === 'command').map((message) => [message.type, message] as const),
  )('%s has a reply that answers it', (_type, message) => {
    expect(messages.some(({ answers }) => answers?.includes(message))).toBe(true);
  });
});
