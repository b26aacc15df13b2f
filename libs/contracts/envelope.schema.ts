import { z } from 'zod';
import { timestamp, uuid } from './shapes.js';

/**
 * What every message on the wire has around its payload: CloudEvents 1.0, structured mode. Unknown attributes are
 * ignored, as CloudEvents asks of every reader.
 */
export const envelopeSchema = z.object({
  specversion: z.literal('1.0'),
  id: uuid.describe(
    'UUIDv7, equal to the AMQP message_id. The same id is the same message, however often it arrives. What a command has effect on is named in its data: it may come again under another id.',
  ),
  type: z
    .string()
    .regex(/^[a-z]+\.[a-z]+(-[a-z]+)*\.v[0-9]+$/)
    .describe('Owner, name and major version: inventory.reserve-stock.v1.'),
  source: z
    .string()
    .regex(/^\/[a-z-]+$/)
    .describe('The sender, such as /order-service.'),
  subject: z
    .string()
    .min(1)
    .max(64)
    .describe("The order's id; for events of other things, the thing's id (a SKU)."),
  time: timestamp.describe('When the message was made. RFC 3339, UTC.'),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string().describe('URL path of the JSON Schema of data: /schemas/<type>.json.'),
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
    .optional()
    .describe('W3C trace context of the work that caused the message.'),
  tracestate: z.string().max(512).optional().describe('W3C trace state, handed on as it came.'),
  sagaid: uuid.optional().describe('The saga that asks. A reply gives it back unchanged.'),
  commandid: uuid
    .optional()
    .describe(
      'Which command this is, or answers: constant over retries and restarts. A reply gives it back unchanged; one with another command id is not counted.',
    ),
  causationid: uuid.optional().describe('The id of the message that caused this one.'),
  sequence: z
    .int()
    .min(1)
    .optional()
    .describe(
      'On events: the version of the subject after the change. It rises with each change; not every change is told of, so that there may be gaps. A reader keeps the highest it has seen and ignores lower ones.',
    ),
  expirytime: timestamp
    .optional()
    .describe(
      'On commands that their saga may give up: from then on the command is not to be begun any more. A participant that has nothing of it remembers it as cancelled, and answers so. Every sending has its own. Compensations, and all that has to happen, never have one. CloudEvents extension "Expiry Time".',
    ),
  data: z.unknown().describe('The payload, by the schema of its type.'),
});
