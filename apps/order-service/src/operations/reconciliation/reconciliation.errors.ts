import { Refusal } from '#libs/kernel/errors.js';

export class ReconciliationRunning extends Refusal {
  constructor(runId: string) {
    super('reconciliation-running', `run ${runId} is under way`, { runId });
  }
}

export class RunNotFound extends Refusal {
  constructor(id: string) {
    super('reconciliation-run-not-found', `there is no run ${id}`);
  }
}

export class FindingNotFound extends Refusal {
  constructor(id: string) {
    super('finding-not-found', `there is no finding ${id}`);
  }
}

/** It cannot be given back by message, or not any more. */
export class FindingNotFixable extends Refusal {
  constructor(why: string) {
    super('finding-not-fixable', why);
  }
}
