import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { declaredExchanges, declaredQueues, parkedPolicy } from '#libs/contracts/declarations.js';
import { rightsOf } from '#libs/contracts/rights.js';
import { parkedQueueOf, queues, services, type Service } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import { declareTopology } from '#libs/messaging/broker/topology.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { createGuardedVirtualHost, setParkedPolicy, type GuardedVirtualHost } from '../../support/broker.js';
import { eventually } from '../../support/eventually.js';

jest.setTimeout(60_000);

let broker: GuardedVirtualHost;
const models = new Map<Service, ChannelModel>();

beforeAll(async () => {
  broker = await createGuardedVirtualHost();
  for (const service of services) models.set(service, await connect(broker.serviceUrls[service]));
});

afterAll(async () => {
  for (const model of models.values()) await model.close();
  await broker.drop();
});

/** Whether the broker lets a service's user do it: it closes the channel when not. */
async function may(service: Service, act: (channel: ConfirmChannel) => Promise<unknown>): Promise<boolean> {
  const channel = await models.get(service)!.createConfirmChannel();
  const refused = new Promise<false>((resolve) => {
    channel.once('error', ({ code }: { code?: number }) => {
      if (code === 403) resolve(false);
    });
  });
  const done = act(channel).then(
    () => true,
    () => refused,
  );
  const permitted = await done;
  if (permitted) await channel.close();
  return permitted;
}

const publishing =
  (exchange: string, routingKey: string) =>
  async (channel: ConfirmChannel): Promise<void> => {
    channel.publish(exchange, routingKey, Buffer.from('forged'));
    await channel.waitForConfirms();
  };

const queueNames = declaredQueues.map(({ name }) => name);
/** Those that every broker has beside the topology. */
const alsoThere = ['', 'amq.direct', 'amq.fanout', 'amq.topic', 'amq.headers', 'amq.match'];
const exchangeNames = [...declaredExchanges.map(({ name }) => name), ...alsoThere];

/** Which of the names it may do something with. */
async function permitted(
  service: Service,
  names: readonly string[],
  act: (channel: Channel, name: string) => Promise<unknown>,
): Promise<string[]> {
  const those: string[] = [];
  for (const name of names) if (await may(service, (channel) => act(channel, name))) those.push(name);
  return those.sort();
}

describe.each(services)("%s's user", (service) => {
  const rights = rightsOf(service);

  it('publishes to its own exchanges, and to no other', async () => {
    const those = await permitted(service, exchangeNames, (channel, name) =>
      publishing(name, 'nowhere')(channel as ConfirmChannel),
    );
    expect(those).toEqual([...rights.write].sort());
  });

  it('reads its own queues, and no other', async () => {
    const those = await permitted(service, queueNames, (channel, name) => channel.get(name));
    expect(those).toEqual([...rights.read].sort());
  });

  it('binds, declares, empties and deletes nothing of others', async () => {
    const acts: ((channel: Channel, name: string) => Promise<unknown>)[] = [
      (channel, name) => channel.bindQueue(name, rights.write[0]!, 'any'),
      (channel, name) => channel.unbindQueue(name, rights.write[0]!, 'any'),
      (channel, name) => channel.assertQueue(name, { arguments: { 'x-queue-type': 'quorum' } }),
      (channel, name) => channel.deleteQueue(name, { ifUnused: true }),
    ];
    for (const act of acts) expect(await permitted(service, queueNames, act)).toEqual([]);
    const emptied = await permitted(service, queueNames, (channel, name) => channel.purgeQueue(name));
    expect(emptied).toEqual([...rights.read].sort());
    for (const name of exchangeNames.filter((other) => other !== '')) {
      expect(await may(service, (channel) => channel.bindExchange(name, rights.write[0]!, '#'))).toBe(false);
    }
  });

  it('makes no queue whose dead letters would go where it may not write itself', async () => {
    const own = (target: string) => (channel: Channel) =>
      channel.assertQueue(newId(), { exclusive: true, deadLetterExchange: target });
    for (const name of ['', 'payment-service.moves', 'saga.commands'])
      expect(await may(service, own(name))).toBe(false);
  });

  it('finds the topology declared by somebody else', async () => {
    await expect(declareTopology(models.get(service)!)).resolves.toBeUndefined();
  });
});

it('a service says what is not there, where it may not declare it', async () => {
  const half = await createGuardedVirtualHost();
  const model = await connect(half.serviceUrls['inventory-service']);
  try {
    await new BrokerProbe(half.url).deleteQueue(queues.projections.name);
    await expect(declareTopology(model)).rejects.toThrow(
      'queue order-service.projections is not there, and this user may not declare it',
    );
  } finally {
    await model.close();
    await half.drop();
  }
});

describe('What a service moves', () => {
  const { name: payments } = queues.paymentCommands;
  const { name: replies } = queues.sagaReplies;

  it.each<[Service, string, string]>([
    ['inventory-service', 'inventory-service.moves', payments],
    ['inventory-service', 'inventory-service.moves', parkedQueueOf(payments)],
    ['inventory-service', 'inventory-service.moves', replies],
    ['payment-service', 'payment-service.moves', queues.inventoryCommands.name],
    ['payment-service', 'payment-service.moves', parkedQueueOf(replies)],
    ['payment-service', 'saga.replies', payments],
    ['order-service', 'order-service.moves', queues.inventoryCommands.name + '.instances'],
  ])('by %s and %s does not come into %s', async (service, exchange, routingKey) => {
    const channel = await models.get(service)!.createConfirmChannel();
    let returned = false;
    channel.on('return', () => (returned = true));
    channel.publish(exchange, routingKey, Buffer.from('forged'), { mandatory: true });
    await channel.waitForConfirms();
    await channel.close();
    expect(returned).toBe(true);
  });

  it('under the name of somebody else closes the channel', async () => {
    const channel = await models.get('inventory-service')!.createConfirmChannel();
    const error = new Promise((resolve) => channel.once('error', resolve));
    channel.publish('saga.replies', replies, Buffer.from('forged'), { userId: 'order-service' });
    await expect(error).resolves.toMatchObject({ code: 406 });
  });
});

describe('The broker itself', () => {
  it('takes what comes back from a delay of the release before to its queue, with no right to the default exchange', async () => {
    const model = await connect(broker.url);
    const channel = await model.createChannel();
    await channel.assertExchange('retry.before', 'fanout');
    await channel.assertQueue('retry.before', {
      arguments: {
        'x-queue-type': 'quorum',
        'x-message-ttl': 100,
        'x-dead-letter-exchange': '',
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    });
    await channel.bindQueue('retry.before', 'retry.before', '');
    channel.publish('retry.before', queues.paymentCommands.name, Buffer.from('waits'));
    const probe = new BrokerProbe(broker.url);
    await eventually(async () => {
      const message = await probe.take(queues.paymentCommands.name);
      if (message?.content.toString() !== 'waits') throw new Error('it is not back');
    });
    await model.close();
  });

  it('keeps a parked message that was returned more often than RabbitMQ 4 returns one', async () => {
    const lot = parkedQueueOf(queues.paymentCommands.name);
    const probe = new BrokerProbe(broker.url);
    const channel = await models.get('order-service')!.createChannel();
    /** Whether it is still there when it was given back that often. */
    const survives = async (returns: number): Promise<boolean> => {
      await probe.send(lot, 'parked');
      for (let count = 0; count < returns; count += 1) {
        const message = await eventually(async () => {
          const next = await channel.get(lot);
          if (!next && (await probe.depth(lot)) > 0) throw new Error('it is on its way back');
          return next;
        });
        if (!message) return false;
        channel.nack(message, false, true);
      }
      return (await probe.take(lot)) !== undefined;
    };
    // As the limit of version 4 would have it. An older broker has none, so that this shows that a policy is heard at all.
    await setParkedPolicy(broker, { 'delivery-limit': 3 });
    expect(await survives(25)).toBe(false);
    await setParkedPolicy(broker, parkedPolicy.definition);
    expect(await survives(25)).toBe(true);
    await channel.close();
  });
});
