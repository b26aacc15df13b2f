import { describe, expect, it } from '@jest/globals';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { attemptHeader } from '#libs/messaging/parking/retry-policy.js';
import { Outbox } from '#libs/messaging/outbox/outbox.js';
import { firstSenderHeader } from '#libs/messaging/parking/first-sender.js';
import { parkedHeaders, redrivenHeader } from '#libs/messaging/parking/parking.js';
import { parseEnvelope } from '#libs/messaging/envelope/parse-envelope.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { asyncApiDocument } from '#libs/contracts/asyncapi/asyncapi.js';
import { goldenMessages } from './golden.js';

/** The body of what a sender leaves in the outbox. */
function sent(publish: (work: WorkingSet) => void): unknown {
  const bodies: string[] = [];
  const work = {
    now: new Date(),
    insert: (_table: unknown, row: { body: string }) => bodies.push(row.body),
  } as unknown as WorkingSet;
  publish(work);
  return JSON.parse(bodies[0]!);
}

describe.each([...goldenMessages])('%s', (type, golden) => {
  it('is understood by a receiver', () => {
    const bytes = Buffer.from(JSON.stringify(golden));
    expect(parseEnvelope(bytes, golden.id)).toEqual({ readable: true, envelope: golden });
  });

  it('is what a sender makes', () => {
    const body = sent((work) =>
      new Outbox(golden.source).publish(work, {
        message: messageTypes.get(type)!,
        subject: golden.subject,
        data: golden.data,
        sagaId: golden.sagaid,
        commandId: golden.commandid,
        causationId: golden.causationid,
        sequence: golden.sequence,
      }),
    );
    // Made anew for each message; the trace context is there only within a request.
    const {
      id: _id,
      time: _time,
      traceparent: _trace,
      ...constant
    } = golden as typeof golden & Record<string, unknown>;
    expect(body).toMatchObject(constant);
    expect(parseEnvelope(Buffer.from(JSON.stringify(body)), (body as { id: string }).id)).toMatchObject({
      readable: true,
    });
  });
});

it('the headers that consumers set are in the AsyncAPI document', () => {
  const document = asyncApiDocument([...messageTypes.values()], new Map(), '0.0.0') as {
    components: { messages: Record<string, { headers: { properties: Record<string, unknown> } }> };
  };
  const described = Object.keys(document.components.messages['order.placed.v1']!.headers.properties);
  expect(described.sort()).toEqual(
    [attemptHeader, firstSenderHeader, redrivenHeader, ...Object.values(parkedHeaders)].sort(),
  );
});
