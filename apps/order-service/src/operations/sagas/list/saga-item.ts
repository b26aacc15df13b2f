import { z } from 'zod';
import { timestamp } from '#libs/contracts/shapes.js';
import { attentionCauses, sagaStatuses, waitingCall } from '#libs/saga/engine';
import { scrub } from '#libs/observability';
import { instanceOfRow, type SagaRow } from '#libs/saga/runner';
import type { PossibleActions } from '../act/possible-actions.js';
import { sagaActions } from '../act/saga-action.js';

/** A saga as operators see it in a list. */
export const sagaItem = z
  .object({
    id: z.uuid(),
    saga: z.string(),
    version: z.int(),
    subject: z.uuid().describe('The order.'),
    status: z.enum(sagaStatuses),
    step: z.string().nullable().describe('The step that is waited for; null when the saga is over.'),
    operation: z
      .enum(['action', 'compensation'])
      .nullable()
      .describe('Whether the step is being done or undone.'),
    attempt: z.int().nullable().describe('How often that has been asked.'),
    reason: z
      .object({ code: z.string(), detail: z.string().nullable() })
      .nullable()
      .describe('Why it rolls back.'),
    cause: z.string().nullable().describe('What the list can be filtered by.'),
    attention: z
      .object({ cause: z.enum(attentionCauses), detail: z.string(), since: timestamp })
      .nullable()
      .describe('Why somebody should look at it.'),
    known: z
      .boolean()
      .describe('Whether this process has its definition. If none has, nobody carries it on.'),
    startedAt: timestamp,
    finishedAt: timestamp.nullable(),
    deadlineAt: timestamp.nullable().describe('When the step counts as unanswered.'),
    ageSeconds: z.int().describe('Since it began; until its end where it is over.'),
    revision: z.int().describe('For If-Match.'),
    actions: z.array(z.enum(sagaActions)).describe('What is possible now.'),
  })
  .meta({ id: 'Saga' });
export type SagaItem = z.infer<typeof sagaItem>;

export function toItem(row: SagaRow, possible: PossibleActions, at: Date): SagaItem {
  const {
    id,
    saga,
    version,
    subject,
    status,
    step,
    reason,
    attention,
    startedAt,
    finishedAt,
    deadlineAt,
    revision,
  } = row;
  const waiting = waitingCall(instanceOfRow(row));
  return {
    id,
    saga,
    version,
    subject,
    status,
    step,
    operation: waiting?.operation ?? null,
    attempt: waiting?.attempt ?? null,
    // The detail may be in a customer's own words.
    reason: reason && { ...reason, detail: reason.detail === null ? null : scrub(reason.detail) },
    // As the database computes it for the index.
    cause: reason?.code ?? attention?.cause ?? (status === 'needs-attention' ? 'unanswered' : null),
    attention,
    known: possible.isKnown(row),
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    deadlineAt: deadlineAt?.toISOString() ?? null,
    ageSeconds: Math.max(0, Math.floor(((finishedAt ?? at).getTime() - startedAt.getTime()) / 1000)),
    revision,
    actions: possible.of(row, at),
  };
}
