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
  z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as JsonSchema;

/** A whole document for one message's payload, as it is published under {@link schemaPath}. */
export const dataSchemaOf = (message: MessageType): JsonSchema => {
  const { $schema, ...schema } = jsonSchemaOf(message.schema);
  return {
    $schema,
    $id: schemaPath(message.type),
    title: message.type,
    description: message.summary,
    ...schema,
  };
};
