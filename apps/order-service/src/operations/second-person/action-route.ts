import { applyDecorators, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { ZodType } from 'zod';
import { Admission } from '../../http/places/admission.decorator.js';
import { IdempotencyKeyHeader } from '../audit/operator-call.js';
import { proposalItem } from './proposal-item.js';

/** The answer of an action that takes a second person, for OpenAPI. */
export const ProposedResponse = (): MethodDecorator =>
  ApiAcceptedResponse({
    description: 'Nothing was done: it takes a second person, to whom it is proposed.',
    standardSchema: proposalItem,
  });

/** A route for an action on one thing, with a preview, that may take a second person. */
export const ActionRoute = (action: string, summary: string, answer: ZodType): MethodDecorator =>
  applyDecorators(
    Post(`:id/${action}`),
    Admission('other-command'),
    HttpCode(200),
    ApiOperation({
      summary,
      description:
        'With `preview`: says what would happen, and does nothing. Otherwise it is in the audit trail.',
    }),
    IdempotencyKeyHeader(),
    ApiOkResponse({ standardSchema: answer }),
    ProposedResponse(),
  );
