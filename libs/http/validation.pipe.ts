import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { BadRequest } from './bad-request.js';
import { requestErrorsOf, type Place } from './request-errors.js';

/**
 * Checks what `@Body({ schema })`, `@Query({ schema })` and `@Param({ schema })` let in, and hands on what the schema
 * makes of it. Not Nest's own pipe: that one makes sentences of the issues, and callers want to know the fields.
 * @throws BadRequest `invalid-request` with every field that is wrong
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { schema, type }: ArgumentMetadata): unknown {
    if (!schema || type === 'custom') return value;
    const result = schema['~standard'].validate(value);
    // Only schemas with asynchronous checks answer with a promise; waiting for nothing costs every request a turn.
    return result instanceof Promise
      ? result.then((later) => settle(later, value, type))
      : settle(result, value, type);
  }
}

type Schema = NonNullable<ArgumentMetadata['schema']>;
type Result = Awaited<ReturnType<Schema['~standard']['validate']>>;

function settle(result: Result, value: unknown, place: Place): unknown {
  if (!result.issues) return result.value;
  // All our schemas are zod's, whose issues come through the standard interface as they are.
  const errors = requestErrorsOf(result.issues as readonly z.core.$ZodIssue[], value, place);
  const fields = errors.length === 1 ? 'one field is' : `${errors.length} fields are`;
  throw new BadRequest('invalid-request', `${fields} not valid`, errors);
}
