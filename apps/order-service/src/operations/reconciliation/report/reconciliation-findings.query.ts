import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { timestamp, wireMoney } from '#libs/contracts/shapes.js';
import { cursorListSchema, cursorQuery } from '#libs/http';
import { findingKinds, findingStates } from '../reconciliation-finding.row.js';

/** What does not add up, in the order of ids. */
export class ReconciliationFindings extends Query<FindingsPage> {
  constructor(
    readonly filter: FindingsFilter,
    readonly limit: number,
    readonly after: string | null,
  ) {
    super();
  }
}

const { limit, cursor } = cursorQuery;

export const findingsQuery = z.strictObject({
  state: z.enum(findingStates).default('open').describe('`open` by default.'),
  kind: z.enum(findingKinds).optional(),
  limit,
  cursor,
});
export type FindingsQuery = z.infer<typeof findingsQuery>;
export type FindingsFilter = Omit<FindingsQuery, 'limit' | 'cursor'>;

export interface FindingsPage {
  readonly items: readonly FindingView[];
  /** Null at the end. */
  readonly next: string | null;
}

export const findingView = z
  .object({
    id: z.uuid(),
    kind: z.enum(findingKinds),
    state: z.enum(findingStates),
    orderId: z.string().describe('As the participant names it.'),
    paymentId: z.uuid().nullable(),
    reservationId: z.uuid().nullable(),
    atRisk: wireMoney.nullable(),
    pieces: z.int().nullable().describe('Stock that is in the wrong place.'),
    fix: z.enum(['refund', 'release', 'return']).nullable().describe('Null: a person has to decide.'),
    detail: z.string(),
    runId: z.uuid().describe('The run that saw it last.'),
    firstSeenAt: timestamp,
    lastSeenAt: timestamp,
  })
  .meta({ id: 'ReconciliationFinding' });
export type FindingView = z.infer<typeof findingView>;

export const findingsAnswer = cursorListSchema(findingView);
