/**
 * Every refusal that order-service can answer with, and how HTTP says it. Codes are stable: clients branch on them.
 * A refusal that is not here is a defect and is answered with 500; problem-catalogue.spec.ts looks for those.
 */
export const problemCatalogue = {
  'order-not-found': { status: 404, title: 'There is no such order' },
  'saga-not-found': { status: 404, title: 'There is no such saga' },
  'saga-action-refused': { status: 409, title: 'Not as the saga stands' },
  'if-match-required': { status: 428, title: 'Say what you looked at' },
  'reconciliation-running': { status: 409, title: 'A reconciliation is under way' },
  'reconciliation-run-not-found': { status: 404, title: 'There is no such reconciliation' },
  'finding-not-found': { status: 404, title: 'There is no such finding' },
  'finding-not-fixable': { status: 409, title: 'Not to be fixed by message' },
  'customer-not-yours': { status: 403, title: 'Not your customer' },
  'order-exists': { status: 409, title: 'There is an order with this reference' },
  'stale-order': { status: 412, title: 'The order has changed' },
  'too-late-to-cancel': { status: 409, title: 'Too late to cancel' },
  'illegal-transition': { status: 409, title: 'Not a status that can follow' },
  'idempotency-key-reused': { status: 422, title: 'Idempotency-Key was used for something else' },
  'unknown-product': { status: 422, title: 'Not for sale' },
  'price-changed': { status: 422, title: 'Prices have changed' },
  'currency-mismatch': { status: 422, title: 'Not sold in this currency' },
  'quantity-too-large': { status: 422, title: 'Too many of one product' },
  'total-too-large': { status: 422, title: 'More money than one order may be about' },
  'invalid-amount': { status: 422, title: 'Not an amount in this currency' },
  'parked-message-not-found': { status: 404, title: 'There is no such parked message' },
  'parked-message-settled': { status: 409, title: 'Redriven or discarded already' },
  'cannot-be-redriven': { status: 409, title: 'No consumer could read it' },
  'cannot-be-edited': { status: 409, title: 'Not a message whose data can be changed' },
  'invalid-message-data': { status: 422, title: 'Not the data of a message of this type' },
  'job-not-found': { status: 404, title: 'There is no such job' },
} as const;
