import { z } from 'zod';
import { timestamp } from '#libs/contracts/shapes.js';
import { storedReasons } from '#libs/messaging/parking';
import { scrub } from '#libs/observability';
import { parkedStates, type ParkedMessageRow } from '../parked-message.row.js';

export const parkedMessageItem = z
  .object({
    id: z.uuid(),
    queue: z.string().describe('The queue that it was parked from.'),
    messageId: z.string().nullable(),
    type: z.string().nullable(),
    subject: z.string().nullable(),
    sagaId: z.uuid().nullable(),
    reason: z.enum(storedReasons),
    detail: z.string(),
    sizeBytes: z.int(),
    state: z.enum(parkedStates),
    edited: z
      .boolean()
      .describe(
        'An operator has given it other data, here or before an earlier redrive; the original is kept.',
      ),
    attempt: z.int().describe('Retry delays that it had been through.'),
    redrives: z.int().describe('How often it had been redriven before it was parked here.'),
    redriveOf: z.uuid().nullable().describe('The parked message that it was a redrive of.'),
    parkedAt: timestamp,
    settledAt: timestamp.nullable(),
    settledBy: z.string().nullable(),
    jobId: z.uuid().nullable().describe('The job that redrove or discarded it.'),
  })
  .meta({ id: 'ParkedMessage' });
export type ParkedMessageItem = z.infer<typeof parkedMessageItem>;

/** Whoever could write to a queue has chosen these texts. */
const shown = (text: string | null): string | null => text && scrub(text);

export const toItem = (row: ParkedMessageRow): ParkedMessageItem => ({
  id: row.id,
  queue: row.queue,
  messageId: shown(row.messageId),
  type: shown(row.type),
  subject: shown(row.subject),
  sagaId: row.sagaId,
  reason: row.reason,
  detail: row.detail,
  sizeBytes: row.sizeBytes,
  state: row.state,
  edited: row.edited,
  attempt: row.attempt,
  redrives: row.redrives,
  redriveOf: row.redriveOf,
  parkedAt: row.parkedAt.toISOString(),
  settledAt: row.settledAt?.toISOString() ?? null,
  settledBy: row.settledBy,
  jobId: row.jobId,
});
