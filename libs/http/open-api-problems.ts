import type { OpenAPIObject } from '@nestjs/swagger';
import { generalProblems, type ProblemCatalogue } from './problem.js';

type Components = NonNullable<OpenAPIObject['components']>;

const refused = { $ref: '#/components/responses/Refused' };
const failed = { $ref: '#/components/responses/Failed' };

/** Every operation may answer with these. */
export const problemResponses = { '4XX': refused, '5XX': failed };

/** The problem document, and every code that there is, with its status and meaning. */
export function problemComponents(
  catalogue: ProblemCatalogue,
): Required<Pick<Components, 'schemas' | 'responses'>> {
  const kinds = Object.entries({ ...generalProblems, ...catalogue });
  const ofClient = kinds.filter(([, { status }]) => status < 500);
  const ofServer = kinds.filter(([, { status }]) => status >= 500);
  return {
    schemas: { Problem: problemSchema(kinds.map(([code]) => code)) },
    responses: {
      Refused: response('The request is refused, and coming again with the same will not help', ofClient),
      Failed: response('The service failed; with `Retry-After`, come again', ofServer),
    },
  };
}

type Kinds = readonly (readonly [string, ProblemCatalogue[string]])[];

function response(summary: string, kinds: Kinds) {
  const rows = [...kinds]
    .sort(([, a], [, b]) => a.status - b.status)
    .map(([code, { status, title }]) => `| ${status} | \`${code}\` | ${title} |`);
  return {
    description: [`${summary}.`, '', '| status | code | |', '| --- | --- | --- |', ...rows].join('\n'),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

function problemSchema(codes: readonly string[]) {
  return {
    type: 'object',
    description: 'What went wrong (RFC 9457). Refusals may carry further members with their particulars.',
    required: ['type', 'title', 'status', 'code'],
    properties: {
      type: { type: 'string', description: 'The code as a URI reference.' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string', description: 'For people; may change.' },
      code: { type: 'string', enum: [...codes], description: 'Stable; for programs.' },
      errors: {
        type: 'array',
        description: 'What is wrong with the request, field by field.',
        items: {
          type: 'object',
          required: ['code', 'detail'],
          properties: {
            pointer: { type: 'string', description: 'JSON pointer into the body.' },
            parameter: { type: 'string', description: 'Name of a query or path parameter, or of a header.' },
            code: { type: 'string' },
            detail: { type: 'string' },
          },
        },
      },
      traceId: { type: 'string', description: 'To be named when asking for help.' },
    },
  };
}
