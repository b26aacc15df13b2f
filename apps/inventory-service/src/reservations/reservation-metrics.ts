import { counter } from '#libs/observability';
import type { Answer, Outcome } from '../domain/reservation.js';

const results: readonly Answer[] = ['reserved', 'short', 'cancelled', 'released', 'committed', 'returned'];

const reservations = counter({
  name: 'inventory_reservations_total',
  help: 'What commands did to reservations; cancelled is a release that came before its reservation.',
  labels: { result: results },
});

const repeated = counter({
  name: 'inventory_repeated_commands_total',
  help: 'Commands that were answered again, without effect, by answer.',
  labels: { answer: results },
});

/** After the commit only: a unit may be decided more than once. */
export function countOutcome({ answer, effect, reservation }: Outcome): void {
  if (effect === 'repeated') repeated.inc({ answer });
  else reservations.inc({ result: reservation.status === 'CANCELLED' ? 'cancelled' : answer });
}
