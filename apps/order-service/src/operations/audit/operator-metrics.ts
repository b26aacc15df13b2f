import { Injectable } from '@nestjs/common';
import { counter } from '#libs/observability';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { operatorActionNames } from './operator-action.js';
import { operatorActions } from './operator-action.row.js';

const actions = counter({
  name: 'orders_operator_actions_total',
  help: 'What operators did, what they proposed to a second person, and what they tried and were refused.',
  labels: { action: operatorActionNames, result: ['done', 'proposed', 'refused'] },
});

/** Counts from what was committed, like all counters of what happened. */
@Injectable()
export class OperatorMetrics {
  constructor(@InjectUnitOfWorkRunner() units: UnitOfWorkRunner) {
    units.onCommitted(operatorActions, (rows) => {
      for (const { action, outcome } of rows) {
        actions.inc({ action, result: resultOf(outcome) });
      }
    });
  }
}

function resultOf(outcome: string): 'done' | 'proposed' | 'refused' {
  if (outcome.startsWith('refused')) return 'refused';
  return outcome.startsWith('proposed') ? 'proposed' : 'done';
}
