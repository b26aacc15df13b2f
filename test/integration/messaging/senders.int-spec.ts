import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { movesExchangeOf, parkedQueueOf, retryDelays, retryPlaceOf } from '#libs/contracts/topology.js';
import { senderEnvironment } from '#libs/messaging';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { readBrokerUrl } from '#libs/servers';
import { createGuardedVirtualHost, type GuardedVirtualHost } from '../../support/broker.js';
import { eventually } from '../../support/eventually.js';
import { MessagingFixture, envelopeOf } from './fixture.js';

jest.setTimeout(60_000);

/** inventory-service with the rights of its own user and no more; payment-service is the one that forges. */
describe('A service with narrow rights', () => {
  let broker: GuardedVirtualHost;
  let service: MessagingFixture;
  let orders: BrokerProbe;
  let forger: BrokerProbe;

  const start = (requireSender?: 'none' | 'commands' | 'all'): Promise<void> =>
    service.start({
      url: broker.serviceUrls['inventory-service'],
      brokerUsers: senderEnvironment.BROKER_USERS.parse(broker.environment.BROKER_USERS),
      ...(requireSender && { requireSender }),
    });

  const userOf = (name: keyof GuardedVirtualHost['serviceUrls']): string =>
    readBrokerUrl(broker.serviceUrls[name]).user;

  beforeAll(async () => {
    broker = await createGuardedVirtualHost();
    service = await MessagingFixture.create(broker);
    orders = new BrokerProbe(broker.serviceUrls['order-service']);
    forger = new BrokerProbe(broker.serviceUrls['payment-service']);
  });

  afterEach(async () => {
    await service.stop();
  });

  afterAll(async () => {
    await service.drop();
  });

  const toService = movesExchangeOf('order-service').name;

  it('handles a command of order-service, and gives it back, delays and parks it with its first sender', async () => {
    await start();
    let failures = 0;
    service.handling.handle = () => {
      failures += 1;
      return Promise.reject(new Error('who knows'));
    };
    const command = envelopeOf();
    await orders.publish('saga.commands', service.queue, JSON.stringify(command), { messageId: command.id });
    const waiting = retryPlaceOf('inventory-service', retryDelays[0]);
    await eventually(async () => expect(await service.probe.depth(waiting)).toBe(1));
    expect(failures).toBe(4);
    const again = envelopeOf();
    await orders.publish(toService, service.queue, JSON.stringify(again), {
      messageId: again.id,
      headers: { 'x-attempt': 3, 'x-first-sender': userOf('order-service') },
    });
    const parked = await service.parkedMessage();
    expect(parked.fields.exchange).toBe('inventory-service.moves');
    expect(parked.properties.userId).toBe(userOf('inventory-service'));
    expect(parked.properties.headers).toMatchObject({
      'x-parked-reason': 'attempts-spent',
      'x-first-sender': userOf('order-service'),
    });
    service.useInbox();
    // Back after its delay, under the name of who moved it: it is still order-service's, and is taken.
    await eventually(() => expect(service.handling.effects).toBe(1), 30_000);
    expect(service.handling.received.at(-1)!.id).toBe(command.id);
  });

  describe('where somebody else may write to its queue after all', () => {
    beforeAll(() => broker.allowEverything('payment-service'));

    const forged = async (properties: Parameters<BrokerProbe['send']>[2]): Promise<unknown> => {
      const command = envelopeOf();
      await forger.send(service.queue, JSON.stringify(command), { messageId: command.id, ...properties });
      const parked = await service.parkedMessage();
      expect(parked.properties.messageId).toBe(command.id);
      expect(service.handling.effects).toBe(0);
      expect(service.handling.received).toEqual([]);
      const { 'x-parked-reason': reason, 'x-first-sender': sender } = parked.properties.headers!;
      return [reason, sender];
    };

    it.each<[string, 'none' | 'commands' | 'all']>([
      ['commands', 'commands'],
      ['everything', 'all'],
      ['nothing', 'none'],
    ])('parks a forged command at once, with who it was, where %s has to be proved', async (_, required) => {
      await start(required);
      service.useInbox();
      const who = userOf('payment-service');
      await expect(forged({})).resolves.toEqual(['wrong-sender', who]);
      const headers = { 'x-first-sender': userOf('order-service') };
      await expect(forged({ headers })).resolves.toEqual(['wrong-sender', who]);
    });

    it('parks one that does not say whose it is', async () => {
      await start();
      service.useInbox();
      const headers = { 'x-first-sender': userOf('order-service') };
      await expect(forged({ userId: undefined, headers })).resolves.toEqual(['no-sender', '']);
    });

    it('parks it again when it was redriven: who redrives does not vouch for it', async () => {
      await start();
      service.useInbox();
      const command = envelopeOf();
      await orders.publish(toService, service.queue, JSON.stringify(command), {
        messageId: command.id,
        headers: { 'x-redriven': command.id, 'x-first-sender': userOf('payment-service') },
      });
      const parked = await service.parkedMessage();
      expect(parked.properties.headers).toMatchObject({
        'x-parked-reason': 'wrong-sender',
        'x-first-sender': userOf('payment-service'),
      });
      expect(service.handling.received).toEqual([]);
    });

    it('takes one that does not say whose it is while a release is rolled out that asks for it', async () => {
      await start('none');
      service.useInbox();
      const command = envelopeOf();
      await forger.send(service.queue, JSON.stringify(command), {
        messageId: command.id,
        userId: undefined,
      });
      await eventually(() => expect(service.handling.effects).toBe(1));
      expect(await service.probe.depth(parkedQueueOf(service.queue))).toBe(0);
    });
  });
});
