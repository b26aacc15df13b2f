import { counter } from '#libs/observability';
import { answers, type Outcome } from '../domain/payment.js';

const results = counter({
  name: 'payment_results_total',
  help: 'What commands and settlements did to payments; refunded also when there was nothing to give back.',
  labels: { result: answers },
});

const repeated = counter({
  name: 'payment_repeated_commands_total',
  help: 'Commands that were answered with what had been recorded before, by answer.',
  labels: { answer: answers },
});

/** After the commit only: a unit may be decided more than once. */
export function countOutcome({ answer, effect }: Outcome): void {
  if (effect === 'repeated') repeated.inc({ answer });
  else results.inc({ result: answer });
}
