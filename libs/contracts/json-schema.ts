import { z } from 'zod';
import type { MessageType } from './message-type.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The `dataschema` attribute of a message: where its JSON Schema is found below a service's or the docs' root. */
export const schemaPath = (type: string): string => `/schemas/${type}.json`;

/**
 * JSON Schema (draft-07, which AsyncAPI and most validators read) of what a reader has to accept. Further fields are
 * allowed: within a version, messages grow.
 */
export const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  withPortablePatterns(z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as JsonSchema);

/**
 * Of the shorthands only JavaScript's `\d` means ten digits; elsewhere it takes those of every script. So the documents
 * spell them out, also in patterns that zod brings. test/contracts/patterns.spec.ts refuses all others.
 */
const withPortablePatterns = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === 'pattern' && typeof value === 'string' ? portablePattern(value) : value,
  ) as JsonSchema;

export function portablePattern(pattern: string): string {
  let inClass = false;
  return pattern.replaceAll(/\\.|[[\]]/gs, (token) => {
    if (token === '[') inClass = true;
    if (token === ']') inClass = false;
    if (token !== '\\d') return token;
    return inClass ? '0-9' : '[0-9]';
  });
}

/** Where the definitions are that several messages share, for {@link dataSchemaOf}. */
export const sharedSchema = 'shared';

/**
 * A whole document for one message's payload, as it is published under {@link schemaPath}. What messages share is a
 * reference to {@link sharedSchemaOf} that is relative: it resolves in a folder of files as by their `$id`s.
 */
export const dataSchemaOf = (message: MessageType): JsonSchema => {
  const { $schema, definitions: _, ...schema } = jsonSchemaOf(message.schema);
  return {
    $schema,
    $id: schemaPath(message.type),
    title: message.type,
    description: message.summary,
    ...withReferences(schema, '#/definitions/', `${sharedSchema}.json#/definitions/`),
  };
};

/** The document of all definitions that the payloads of `messages` refer to. */
export const sharedSchemaOf = (messages: readonly MessageType[]): JsonSchema => {
  const schemas = messages.map(({ schema }) => jsonSchemaOf(schema));
  return {
    $schema: schemas[0]?.['$schema'],
    $id: schemaPath(sharedSchema),
    title: 'What several messages share',
    definitions: Object.assign({}, ...schemas.map(({ definitions }) => definitions)) as JsonSchema,
  };
};

/** The schema with references that began with `from` beginning with `to`. */
export const withReferences = (schema: JsonSchema, from: string, to: string): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll(`"$ref":"${from}`, `"$ref":"${to}`)) as JsonSchema;
