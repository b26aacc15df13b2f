import type { Envelope } from '#libs/messaging/envelope';
import type { AskedBy } from '../persistence/payment.row.js';

export const askedBy = ({ id, sagaid, commandid, traceparent }: Envelope): AskedBy => ({
  messageId: id,
  sagaId: sagaid ?? null,
  commandId: commandid ?? null,
  traceparent: traceparent ?? null,
});
