import { connect } from 'amqplib';

/** A broker may need a moment to notice that somebody has gone. */
const waitMs = 5_000;
const everyMs = 500;

/**
 * Throws where somebody reads a queue that a service is about to read, and is no instance of that service: each would get a
 * part of the commands, and a refund would come to the one that has not charged.
 *
 * @param {string} brokerUrl
 * @param {readonly { service: string, queue: string }[]} participants
 * @param {number} [patienceMs]
 */
export async function refuseSharedQueues(brokerUrl, participants, patienceMs = waitMs) {
  for (const { service, queue } of participants) {
    for (let waitedMs = 0; ; waitedMs += everyMs) {
      const foreignReaders = await foreignReadersAt(brokerUrl, queue);
      if (foreignReaders <= 0) break;
      if (waitedMs >= patienceMs) throw new Error(explain(service, queue));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}

const explain = (service, queue) =>
  `Somebody else reads ${queue} at this broker, and two participants must not share a queue (docs/participants.md).\n` +
  `End the other one, or leave ${service} to it: npm start -- --without ${service.replace('-service', '')}`;

/** As libs/messaging counts them: our instances read a second queue, too. */
async function foreignReadersAt(brokerUrl, queue) {
  const [all, ours] = await Promise.all(
    [queue, `${queue}.instances`].map((name) => readersOf(brokerUrl, name)),
  );
  return all - ours;
}

/**
 * A look at a queue that there is not closes the channel, so each has a connection of its own. What cannot be looked at, for
 * lack of rights or of a broker, is for the services to find out.
 */
async function readersOf(brokerUrl, queue) {
  let model;
  try {
    model = await connect(brokerUrl);
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    return (await channel.checkQueue(queue)).consumerCount;
  } catch {
    return 0;
  } finally {
    await model?.close();
  }
}
