import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { cursorListSchema, cursorQuery, queryNumber } from '#libs/http';
import { sagaStatuses } from '#libs/saga/engine';
import { sagaItem, type SagaItem } from './saga-item.js';

/** Sagas by what they are, how they stand and how old they are. */
export class SagaList extends Query<SagaPage> {
  constructor(
    readonly filter: SagaFilter,
    readonly order: SagaOrder,
    readonly limit: number,
    readonly after: SagaKey | null,
  ) {
    super();
  }
}

const name = z.string().min(1).max(64);
const status = z.enum(sagaStatuses);
const { limit, cursor } = cursorQuery;

export const sagaListQuery = z.strictObject({
  saga: name.optional().describe('Of this definition, such as `place-order`.'),
  version: queryNumber(1, 999_999).optional().describe('Of this version of the definition.'),
  status: z
    .union([status, z.array(status).min(1).max(sagaStatuses.length)])
    .transform((one) => [one].flat())
    .optional()
    .describe('Once for each status that is wanted.'),
  step: name.optional().describe('Waiting at this step. Sagas that are over wait at none.'),
  cause: name
    .optional()
    .describe(
      'The code of the reason to roll back; where there is none, why attention is needed: `unanswered` or `defect`.',
    ),
  known: z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .optional()
    .describe(
      'False: of versions that this process does not know, and leaves to others. There should be none.',
    ),
  olderThanSeconds: queryNumber(0, 999_999_999).optional().describe('Begun so long ago, or longer.'),
  subject: z.uuid().optional().describe('About this order.'),
  sort: z.enum(['newest', 'oldest']).default('newest').describe('Which come first, by when they began.'),
  limit,
  cursor,
});
export type SagaListQuery = z.infer<typeof sagaListQuery>;
export type SagaFilter = Omit<SagaListQuery, 'sort' | 'limit' | 'cursor'>;
export type SagaOrder = SagaListQuery['sort'];

/** Where a saga stands in a list. */
export interface SagaKey {
  readonly startedAt: string;
  readonly id: string;
}

export interface SagaPage {
  readonly items: readonly SagaItem[];
  /** Null at the end. */
  readonly next: SagaKey | null;
}

export const sagaListAnswer = cursorListSchema(sagaItem);
