/**
 * Messages commit with the rows that they tell of, and reach the broker at least once, in the order of their subject.
 */
export { Outbox } from './outbox.js';
export { OutboxRow, outboxTable } from './outbox.row.js';
export type { OutgoingMessage } from './outgoing-message.js';
