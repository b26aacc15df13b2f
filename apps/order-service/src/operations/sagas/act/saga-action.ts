import { assertNever } from '#libs/kernel/errors.js';
import type { SagaRequest } from '#libs/saga/runner';

/** What an operator can do about a saga: ask its command again now, undo it all, take its command as done by hand. */
export const sagaActions = ['retry', 'compensate', 'resolve'] as const;
export type SagaAction = (typeof sagaActions)[number];

/** Public: it becomes the reason of the order. What the operator said is in the audit trail and for operators only. */
const cancelledByOperator = { code: 'cancelled-by-operator', detail: 'Cancelled by an operator.' } as const;

/** The action as the engine knows it. */
export function requestOf(action: SagaAction, note: string): SagaRequest {
  switch (action) {
    case 'retry':
      return { type: 'retry-requested', note };
    case 'compensate':
      return { type: 'roll-back-requested', reason: cancelledByOperator };
    case 'resolve':
      return { type: 'resolve-requested', note };
    default:
      return assertNever(action, 'action on a saga');
  }
}
