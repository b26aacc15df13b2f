import { connect } from 'amqplib';
import { declaredQueues } from '#libs/contracts/declarations.js';

/** Messages that wait in each queue of the topology, parking lots and delays included. Queues that nobody has declared yet are left out. */
export async function readQueues(brokerUrl: string): Promise<Map<string, number>> {
  const connection = await connect(brokerUrl);
  const waiting = new Map<string, number>();
  try {
    for (const { name } of declaredQueues) {
      // Asking for a queue that is not there closes the channel, so that each gets its own.
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      const found = await channel.checkQueue(name).catch(() => null);
      if (!found) continue;
      waiting.set(name, found.messageCount);
      await channel.close();
    }
  } finally {
    await connection.close();
  }
  return waiting;
}
