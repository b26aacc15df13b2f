import { counter, gauge, histogram } from '#libs/observability/metrics.js';

/** How the handling of one delivery ended. `given-back`: to its queue, as a new message, while nothing can be done. */
const results = ['handled', 'duplicate', 'delayed', 'given-back', 'parked', 'abandoned'] as const;
export type ProcessingResult = (typeof results)[number];

export const consumerMetrics = {
  processed: counter({
    name: 'orders_messages_processed_total',
    help: 'Deliveries by how their handling ended; abandoned ones are delivered again.',
    labels: ['consumer', 'message_type', 'result'],
  }),
  duration: histogram({
    name: 'orders_message_process_duration_seconds',
    help: 'From taking a delivery in hand to settling it, quick tries included.',
    labels: ['consumer', 'message_type'],
  }),
  circuitOpen: gauge({
    name: 'orders_consumer_circuit_open',
    help: '1 while everything that a consumer tries fails, and it only probes.',
    labels: ['consumer'],
  }),
  foreignReaders: gauge({
    name: 'orders_queue_foreign_readers',
    help: "Programs of others that read this participant's queue beside it: each gets a part of the commands.",
    labels: ['consumer'],
  }),
};

/** There from the start: "no failures yet" and "not measured" must not look the same. */
export function showConsumer(queue: string, messageTypes: Iterable<string>): void {
  for (const type of messageTypes) {
    for (const result of results) {
      consumerMetrics.processed.inc({ consumer: queue, message_type: type, result }, 0);
    }
  }
  consumerMetrics.circuitOpen.set({ consumer: queue }, 0);
}
