import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { openJournal } from './journal.mjs';

/**
 * What every participant has around its business: commands in, replies out. `answer(command, later, at)` gives
 * `{ type, data }`, or nothing for what must not be answered; `later(reply)` sends one more when it is time. It depends
 * on nothing but the commands before and their times: from the journal it comes to the state that the process before
 * had. Larger ones keep their state in a database, in one transaction with the answer that is to be sent.
 */
export async function participate({ url, queue, source, answer, journalFile = `${queue}.journal` }) {
  const connection = await connect(url);
  // Where all is there, nothing is declared: the right to read the queue and to write saga.replies is enough.
  if (!(await isDeclared(connection, queue))) await declare(connection, queue);
  const channel = await connection.createConfirmChannel();

  const send = async (command, { type, data }) => {
    const reply = replyTo(command, source, type, data);
    const properties = { messageId: reply.id, type, contentType: 'application/cloudevents+json' };
    const body = Buffer.from(JSON.stringify(reply));
    const readBy = isPage(type) ? 'order-service.reconciliation' : 'order-service.replies';
    channel.publish('saga.replies', readBy, body, { ...properties, persistent: true });
    await channel.waitForConfirms();
  };

  // Two participants must not share a queue, and a second instance of this one would know nothing of the first. A broker needs
  // a moment to notice that somebody was killed.
  for (let tries = 0; (await channel.checkQueue(queue)).consumerCount > 0; tries += 1) {
    if (tries === 10) throw new Error(`Somebody reads ${queue} already. End that one first.`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const journal = openJournal(journalFile);
  const decide = (command, at) => answer(command, (later) => send(command, later), at);
  for (const { command, at } of journal.entries) decide(command, new Date(at));

  await channel.prefetch(50);
  await channel.consume(queue, async (message) => {
    const command = read(message);
    const at = new Date();
    const reply = command && decide(command, at);
    // Neither answered nor forgotten: dead-lettered into the parking lot, where people find it.
    if (!reply) return channel.nack(message, false, false);
    // The command is done with when its effect and its answer are safe, and not before. Killed in between, it is given
    // the message again, and answers what it has in its journal.
    if (!isPage(reply.type)) journal.add({ at, command });
    await send(command, reply);
    channel.ack(message);
  });
  return connection;
}

/** What is not there closes the channel that looks for it. */
async function isDeclared(connection, queue) {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  try {
    for (const exchange of ['saga.commands', 'saga.replies']) await channel.checkExchange(exchange);
    for (const name of [`${queue}.parked`, queue]) await channel.checkQueue(name);
    await channel.close();
    return true;
  } catch {
    return false;
  }
}

/** The arguments have to be these, or the broker refuses. See topology.md. */
async function declare(connection, queue) {
  const channel = await connection.createChannel();
  await channel.assertExchange('saga.commands', 'direct', { durable: true });
  await channel.assertExchange('saga.replies', 'direct', { durable: true });
  await channel.assertQueue(`${queue}.parked`, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.assertQueue(queue, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-delivery-limit': 20,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': `${queue}.parked`,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    },
  });
  await channel.bindQueue(queue, 'saga.commands', queue);
  await channel.close();
}

/** Whether a command came too late to be begun. What was begun in time is answered as ever. */
export const isExpired = ({ expirytime }, at) =>
  expirytime !== undefined && Date.parse(expirytime) <= at.getTime();

/** Pages of a book are read by those who compare books, and by no saga. */
const isPage = (type) => type.endsWith('-listed.v1');

function read({ content, properties }) {
  try {
    const command = JSON.parse(content.toString());
    return command.specversion === '1.0' && command.id === properties.messageId ? command : undefined;
  } catch {
    return undefined;
  }
}

const replyTo = ({ id, subject, sagaid, commandid, traceparent, tracestate }, source, type, data) => ({
  specversion: '1.0',
  id: randomUUID(),
  type,
  source,
  subject,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  dataschema: `/schemas/${type}.json`,
  traceparent,
  tracestate,
  sagaid,
  commandid,
  causationid: id,
  data,
});
