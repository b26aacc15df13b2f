import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { OrderTimelineAnswer } from './order-timeline.query.js';

/** What people asked of the order, as entries of its timeline. */
export const requestEntries = ({ requests = [] }: OrderDocument): OrderTimelineAnswer['items'] =>
  requests.map(({ at, by, askedFor, note }) => ({
    at,
    kind: 'requested',
    step: null,
    attempt: null,
    messageId: null,
    text: `${who[by]} ${askedFor === 'CANCELLED' ? 'asked to cancel the order' : `set the order to ${askedFor}`}${
      note === null ? '.' : `: ${note}`
    }`,
  }));

const who = { customer: 'The customer', operator: 'An operator' } as const;
