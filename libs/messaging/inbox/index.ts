/**
 * The messages that a consumer has had; what is consumed twice has one effect. Proven by
 * test/integration/messaging and the simulation.
 */
export { inboxPruning } from './inbox-pruning.js';
export { ALREADY_CONSUMED, Inbox } from './inbox.js';
export { InboxRow } from './inbox.row.js';
