import { withReferences, type JsonSchema } from '../json-schema.js';

export const reference = (...path: string[]): { $ref: string } => ({
  $ref: `#/${path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`,
});

/**
 * A JSON Schema keeps the schemas that it names in `definitions` of its own; in an AsyncAPI document those are
 * components. Gives the schema with its references changed, and the named ones apart.
 */
export function hoistDefinitions(schema: JsonSchema): {
  schema: JsonSchema;
  definitions: Record<string, JsonSchema>;
} {
  const moved = withReferences(schema, '#/definitions/', '#/components/schemas/');
  const { definitions = {}, $schema: _, ...rest } = moved;
  return { schema: rest, definitions: definitions as Record<string, JsonSchema> };
}
