import { Refusal } from '#libs/kernel/errors.js';
import { whyIgnored, type Ignored } from '#libs/saga/ignored.js';
import type { SagaAction } from '../saga-actions/saga-action.js';

/** The saga stands where the action makes no sense. */
export class SagaActionRefused extends Refusal {
  constructor(action: SagaAction, ignored: Ignored) {
    super('saga-action-refused', `cannot ${action}: ${whyIgnored[ignored]}`, { action, outcome: ignored });
  }
}
