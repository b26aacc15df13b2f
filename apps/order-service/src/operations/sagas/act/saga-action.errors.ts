import { Refusal } from '#libs/kernel/errors.js';
import { type Ignored, whyIgnored } from '#libs/saga/engine';
import type { SagaAction } from './saga-action.js';

/** What was done by hand was one command, and by now the saga may wait for another: so the caller says what they saw. */
export class ResolveNeedsIfMatch extends Refusal {
  constructor() {
    super(
      'if-match-required',
      'say by If-Match which state of the saga you looked at before you did it by hand',
    );
  }
}

/** The saga stands where the action makes no sense. */
export class SagaActionRefused extends Refusal {
  constructor(action: SagaAction, ignored: Ignored) {
    super('saga-action-refused', `cannot ${action}: ${whyIgnored[ignored]}`, { action, outcome: ignored });
  }
}
