import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { queues } from '#libs/contracts/topology.js';
import { owed, type Duty } from '../duty.js';
import type { Attributed } from '../orchestrator-stub.js';
import type { ParticipantUnderTest } from '../participant-under-test.js';
import { typeOf, whyUnreadable } from '../reply.js';
import { cameLine } from '../transcript.js';

/** A duty about every reply so far; it asks for one more first, so that there is at least one. */
const everyReply = (
  name: string,
  sentence: string,
  expected: string,
  isKept: (answer: Attributed) => boolean,
  detail: (answer: Attributed) => string = () => '',
): Duty<ParticipantUnderTest> => ({
  name,
  sentence,
  check: async (on) => {
    const { command } = on.effective();
    await on.orchestrator.post(command);
    await on.orchestrator.answer(command);
    await on.undo(command);
    for (const answer of on.orchestrator.everyAnswer()) {
      const { type } = answer.command.message;
      owed(isKept(answer), `${expected}, in answer to ${type}`, cameLine(answer.reply) + detail(answer));
    }
  },
});

const traceOf = (traceparent: unknown): unknown =>
  typeof traceparent === 'string' ? traceparent.split('-')[1] : traceparent;

/** The form of replies, whatever they say. Checked in all replies of the run so far. */
export const dutiesOfReplies: readonly Duty<ParticipantUnderTest>[] = [
  everyReply(
    'reply-fits-schema',
    'A reply is a CloudEvent in structured JSON whose type answers the command and whose data fit the JSON Schema of the type.',
    'a reply that its schema allows',
    ({ reply, command }) => whyUnreadable(reply, command).length === 0,
    ({ reply, command }) => `; ${whyUnreadable(reply, command).join('; ')}`,
  ),
  everyReply(
    'reply-content-type',
    'Its AMQP content_type is application/cloudevents+json.',
    'content_type application/cloudevents+json',
    ({ reply }) => reply.properties.contentType === 'application/cloudevents+json',
  ),
  everyReply(
    'reply-message-id',
    'Its AMQP message_id is its id.',
    'a message_id equal to the id',
    ({ reply }) =>
      String(reply.properties.messageId).toLowerCase() === String(reply.envelope['id']).toLowerCase(),
  ),
  everyReply(
    'reply-persistent',
    'It is persistent (delivery_mode 2), so that it survives a restart of the broker.',
    'delivery_mode 2',
    ({ reply }) => reply.properties.deliveryMode === 2,
  ),
  everyReply(
    'reply-routing-key',
    `Its routing key is ${queues.sagaReplies.name}, or, of a page of a book, ${queues.reconciliation.name}.`,
    'the routing key of its type',
    ({ reply }) => reply.routingKey === (messageTypes.get(typeOf(reply))?.routingKey ?? reply.routingKey),
  ),
  everyReply(
    'reply-names-saga',
    'It gives sagaid and subject back as the command had them. Questions about books have a subject only.',
    'the sagaid and the subject of the command',
    ({ reply: { envelope }, command }) =>
      envelope['subject'] === command.orderId &&
      (command.sagaId === undefined || envelope['sagaid'] === command.sagaId),
  ),
  everyReply(
    'reply-names-command',
    'It gives commandid back as the command had it: one with another command id is not counted.',
    'the commandid of the command',
    ({ reply: { envelope }, command }) =>
      command.commandId === undefined || envelope['commandid'] === command.commandId,
  ),
  everyReply(
    'reply-names-cause',
    "Its causationid is the id of the message that it answers, or, for an answer that comes later, of the command's first.",
    'a causationid that is the id of a message of the command',
    ({ reply: { envelope }, sentIds }) => sentIds.has(String(envelope['causationid'])),
  ),
  everyReply(
    'reply-keeps-trace',
    "Its traceparent belongs to the command's trace.",
    "a traceparent with the command's trace id",
    ({ reply: { envelope }, command }) => traceOf(envelope['traceparent']) === command.traceId,
  ),
  {
    name: 'reply-id-is-new',
    sentence: 'Each reply has an id of its own: two that differ never share one.',
    check: async (on) => {
      const { command } = on.effective();
      await on.orchestrator.post(command);
      await on.orchestrator.answer(command);
      await on.undo(command);
      const bodies = new Map<unknown, string>();
      for (const { reply } of on.orchestrator.everyAnswer()) {
        const [id, body] = [reply.envelope['id'], reply.body.toString('utf8')];
        const before = bodies.get(id) ?? body;
        owed(before === body, 'an id that no other reply has', `${cameLine(reply)} after ${before}`);
        bodies.set(id, body);
      }
    },
  },
];
