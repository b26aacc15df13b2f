import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { timestamp, wireMoney } from '#libs/contracts/shapes.js';
import { runStates } from '../reconciliation-run.row.js';

/** The latest runs, newest first. */
export class ReconciliationRuns extends Query<RunsAnswer> {}

/** One run, with what is open. */
export class ReconciliationRun extends Query<RunAnswer> {
  constructor(readonly runId: string) {
    super();
  }
}

export const runView = z
  .object({
    id: z.uuid(),
    state: z
      .enum(runStates)
      .describe('asking: participants list what they have; orders, items: it is being compared.'),
    startedBy: z.string(),
    since: timestamp.nullable().describe('Only orders that were placed since; null: all.'),
    startedAt: timestamp,
    endedAt: timestamp.nullable(),
    items: z.int().describe('Payments and reservations that were listed so far.'),
    orders: z.int().describe('Orders that were compared so far.'),
    findings: z.int(),
    failure: z.string().nullable(),
  })
  .meta({ id: 'ReconciliationRun' });
export type RunView = z.infer<typeof runView>;

export const runsAnswer = z.object({ items: z.array(runView) });
export type RunsAnswer = z.infer<typeof runsAnswer>;

export const runAnswer = runView
  .extend({
    atRisk: z.array(wireMoney).describe('Money of the open findings, by currency.'),
    open: z.array(z.object({ kind: z.string(), count: z.int() })).describe('Open findings, by kind.'),
  })
  .meta({ id: 'ReconciliationReport' });
export type RunAnswer = z.infer<typeof runAnswer>;
