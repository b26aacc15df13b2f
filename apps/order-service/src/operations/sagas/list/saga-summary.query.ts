import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { timestamp } from '#libs/contracts/shapes.js';
import { sagaStatuses } from '#libs/saga/engine';

/** How many sagas are under way, and where. Those that are over are left to metrics: there are too many. */
export class SagaSummary extends Query<SagaSummaryAnswer> {}

export const sagaSummaryAnswer = z
  .object({
    active: z.int().describe('Sagas that are not over.'),
    needAttention: z.int().describe('Of those: somebody should look.'),
    groups: z.array(
      z.object({
        saga: z.string(),
        version: z.int(),
        step: z.string(),
        status: z.enum(sagaStatuses),
        cause: z.string().nullable(),
        count: z.int(),
        oldestStartedAt: timestamp,
        oldestAgeSeconds: z.int(),
      }),
    ),
  })
  .meta({ id: 'SagaSummary' });
export type SagaSummaryAnswer = z.infer<typeof sagaSummaryAnswer>;
