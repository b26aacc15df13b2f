import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { timestamp } from '#libs/contracts/shapes.js';
import { cursorListSchema, cursorQuery } from '#libs/http';
import { change } from './shown-change.js';
import { operatorActionNames } from './operator-action.js';

/** Who did what, when, to what, why, and what came of it; newest first. */
export class OperatorTrail extends Query<TrailPage> {
  constructor(
    readonly filter: TrailFilter,
    readonly limit: number,
    readonly after: TrailKey | null,
  ) {
    super();
  }
}

const { limit, cursor } = cursorQuery;

export const trailFilter = {
  actor: z.string().min(1).max(64).optional().describe('Who: `sub` of a token.'),
  action: z.enum(operatorActionNames).optional(),
  target: z.string().min(1).max(200).optional().describe('What it was done to, such as `saga:<id>`.'),
  from: z.iso.datetime({ offset: true }).optional().describe('Not before.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Before.'),
};
export const trailQuery = z.strictObject({ ...trailFilter, limit, cursor });
export type TrailQuery = z.infer<typeof trailQuery>;
export type TrailFilter = Omit<TrailQuery, 'limit' | 'cursor'>;

/** Where an action stands in the trail. */
export interface TrailKey {
  readonly at: string;
  readonly id: string;
}

export interface TrailPage {
  readonly items: readonly TrailEntry[];
  /** Null at the end. */
  readonly next: TrailKey | null;
}

export const trailEntry = z
  .object({
    id: z.uuid(),
    at: timestamp,
    actor: z.string(),
    action: z.enum(operatorActionNames),
    target: z.string(),
    reason: z.string(),
    outcome: z.string(),
    changes: z
      .array(change)
      .nullable()
      .describe(
        'Which data are other than before. What is not on the list of fields that are shown is named only.',
      ),
    traceId: z.string().nullable().describe('Leads to the log lines of the request.'),
  })
  .meta({ id: 'OperatorAction' });
export type TrailEntry = z.infer<typeof trailEntry>;

export const trailAnswer = cursorListSchema(trailEntry);
