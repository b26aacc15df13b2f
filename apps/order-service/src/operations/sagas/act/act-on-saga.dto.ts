import { z } from 'zod';
import { ignoredReasons, sagaStatuses } from '#libs/saga/engine';
import { operatorRequest } from '../../audit/operator-request.js';
import { sagaActions } from './saga-action.js';

export const sagaActionBody = z.strictObject(operatorRequest).meta({ id: 'OperatorRequest' });
export type SagaActionBody = z.infer<typeof sagaActionBody>;

/** What an action came to, or would come to. */
export const sagaActionAnswer = z
  .object({
    sagaId: z.uuid(),
    action: z.enum(sagaActions),
    preview: z.boolean().describe('Nothing was done; this is what would happen.'),
    outcome: z.enum(['taken', ...ignoredReasons]).describe('`taken`, or why the saga would not do it.'),
    text: z.string().describe('What happens, in sentences.'),
    asks: z.string().nullable().describe('The command that is sent; null: none.'),
    status: z.enum(sagaStatuses),
    revision: z.int(),
  })
  .meta({ id: 'SagaActionResult' });
export type SagaActionAnswer = z.infer<typeof sagaActionAnswer>;
