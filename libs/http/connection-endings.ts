import { counter } from '#libs/observability/metrics.js';

/** Why a connection was ended from this side. */
const reasons = ['room', 'full', 'stalled', 'pipelined', 'request-timeout', 'malformed'] as const;
export type Ending = (typeof reasons)[number];

export function countEnding(reason: Ending): void {
  counter({
    name: 'http_connections_ended_total',
    help:
      'Connections that were ended from this side: it was owed nothing and made room (room), all that there may be are ' +
      'owed answers (full), it does not take its answer (stalled), it asks on without waiting for answers (pipelined), ' +
      'its request did not come to an end (request-timeout), or is none (malformed).',
    labels: { reason: reasons },
  }).inc({ reason });
}
