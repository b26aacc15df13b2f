import { z } from 'zod';
import { operatorRequest } from '../../audit/operator-request.js';
import { findingStates } from '../reconciliation-finding.row.js';

const { reason } = operatorRequest;

export const startBody = z
  .strictObject({
    reason,
    since: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('Only orders that were placed since. Default: all there are.'),
  })
  .meta({ id: 'StartReconciliation' });
export type StartBody = z.infer<typeof startBody>;

export const runStarted = z.object({ runId: z.uuid() }).meta({ id: 'ReconciliationStarted' });
export type RunStarted = z.infer<typeof runStarted>;

export const findingBody = z.strictObject(operatorRequest).meta({ id: 'FindingRequest' });
export type FindingBody = z.infer<typeof findingBody>;

export const findingAnswer = z
  .object({
    findingId: z.uuid(),
    preview: z.boolean().describe('Nothing was done; this is what would happen.'),
    state: z.enum(findingStates),
    sagaId: z.uuid().nullable().describe('The saga that gives it back.'),
    text: z.string().describe('What happens, in a sentence.'),
  })
  .meta({ id: 'FindingResult' });
export type FindingAnswer = z.infer<typeof findingAnswer>;
