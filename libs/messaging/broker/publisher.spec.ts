import { EventEmitter } from 'node:events';
import type { ChannelModel, Options } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AmqpConnection, ConnectionSetup } from './amqp-connection.js';
import { Publisher, type PublishOutcome, type WireMessage } from './publisher.js';

interface Sent {
  readonly exchange: string;
  readonly routingKey: string;
  readonly options: Options.Publish;
  readonly confirm: (error: Error | null) => void;
}

class FakeChannel extends EventEmitter {
  readonly sent: Sent[] = [];

  publish(
    exchange: string,
    routingKey: string,
    _body: Buffer,
    options: Options.Publish,
    confirm: (error: Error | null) => void,
  ): void {
    this.sent.push({ exchange, routingKey, options, confirm });
  }

  /** As the broker does with what it cannot route: hands it back, and confirms it. */
  returnAndConfirm({ exchange, routingKey, options, confirm }: Sent): void {
    this.emit('return', { fields: { exchange, routingKey }, properties: options });
    confirm(null);
  }

  closeByBroker(): void {
    for (const { confirm } of this.sent) confirm(new Error('channel closed'));
    this.emit('close');
  }
}

class FakeConnection extends EventEmitter {
  isBlocked = false;
  readonly abandoned: string[] = [];
  private setup: ConnectionSetup | undefined;

  onConnection(setup: ConnectionSetup): void {
    this.setup = setup;
  }

  abandon(reason: string): void {
    this.abandoned.push(reason);
  }

  async comeUp(): Promise<FakeChannel> {
    const channel = new FakeChannel();
    await this.setup!({ createConfirmChannel: () => Promise.resolve(channel) } as unknown as ChannelModel);
    return channel;
  }
}

const message = (id: string, changes: Partial<WireMessage> = {}): WireMessage => ({
  exchange: 'saga.commands',
  routingKey: 'inventory.commands',
  mandatory: true,
  id,
  type: 'inventory.reserve-stock.v1',
  contentType: 'application/cloudevents+json',
  body: Buffer.from('{}'),
  ...changes,
});

describe('Publisher', () => {
  let connection: FakeConnection;
  let publisher: Publisher;
  let channel: FakeChannel;

  beforeEach(async () => {
    jest.useFakeTimers();
    connection = new FakeConnection();
    publisher = new Publisher(connection as unknown as AmqpConnection, {
      windowSize: 2,
      lateAfterMs: 1_000,
      giveUpAfterMs: 60_000,
    });
    channel = await connection.comeUp();
  });

  afterEach(() => {
    channel.emit('close');
    jest.useRealTimers();
  });

  const outcomes = (messages: readonly WireMessage[]): (PublishOutcome | undefined)[] => {
    const ended: (PublishOutcome | undefined)[] = messages.map(() => undefined);
    messages.forEach(
      (each, index) => void publisher.publish(each).then((outcome) => (ended[index] = outcome)),
    );
    return ended;
  };
  const yieldToEventLoop = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

  it('sends persistent messages with their id, type and further routing keys', () => {
    void publisher.publish(message('a', { alsoRoutedAs: ['order.updated'] }));
    expect(channel.sent[0]).toMatchObject({
      exchange: 'saga.commands',
      routingKey: 'inventory.commands',
      options: {
        persistent: true,
        mandatory: true,
        messageId: 'a',
        type: 'inventory.reserve-stock.v1',
        contentType: 'application/cloudevents+json',
        CC: ['order.updated'],
      },
    });
  });

  it('tells a confirm, a nack and a return apart', async () => {
    const ended = outcomes([message('a'), message('b'), message('c')]);
    channel.sent[0]!.confirm(null);
    channel.sent[1]!.confirm(new Error('message nacked'));
    await yieldToEventLoop();
    channel.returnAndConfirm(channel.sent[2]!);
    await yieldToEventLoop();
    expect(ended).toEqual(['confirmed', 'nacked', 'returned']);
  });

  it('does not take the return of one message for that of another', async () => {
    const ended = outcomes([message('a'), message('b')]);
    channel.emit('return', {
      fields: { exchange: 'saga.commands', routingKey: 'inventory.commands' },
      properties: { messageId: 'b' },
    });
    for (const { confirm } of channel.sent) confirm(null);
    await yieldToEventLoop();
    expect(ended).toEqual(['confirmed', 'returned']);
  });

  it('has no more messages on the way than the window allows', async () => {
    outcomes(['a', 'b', 'c', 'd'].map((id) => message(id)));
    expect(channel.sent).toHaveLength(2);
    channel.sent[0]!.confirm(null);
    expect(channel.sent.map(({ options }) => options.messageId)).toEqual(['a', 'b', 'c']);
  });

  describe('when confirms are late', () => {
    const ids = (): unknown[] => channel.sent.map(({ options }) => options.messageId);

    it('counts them all the same, and sends nothing again', async () => {
      const ended = outcomes([message('a'), message('b')]);
      await jest.advanceTimersByTimeAsync(30_000);
      expect(ended).toEqual([undefined, undefined]);
      channel.sent[0]!.confirm(null);
      channel.returnAndConfirm(channel.sent[1]!);
      await yieldToEventLoop();
      expect(ended).toEqual(['confirmed', 'returned']);
      expect(ids()).toEqual(['a', 'b']);
    });

    it('lets other messages go meanwhile, as many as the window allows', async () => {
      const ended = outcomes(['a', 'b', 'c', 'd', 'e'].map((id) => message(id)));
      await jest.advanceTimersByTimeAsync(1_600);
      expect(ids()).toEqual(['a', 'b', 'c', 'd']);
      channel.sent[2]!.confirm(null);
      await yieldToEventLoop();
      expect(ids()).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(ended).toEqual([undefined, undefined, 'confirmed', undefined, undefined]);
    });

    it('gives the connection up when one does not come at all, with ever more patience', async () => {
      outcomes([message('a')]);
      await jest.advanceTimersByTimeAsync(59_000);
      expect(connection.abandoned).toEqual([]);
      await jest.advanceTimersByTimeAsync(2_500);
      expect(connection.abandoned).toHaveLength(1);
      channel.closeByBroker();

      channel = await connection.comeUp();
      connection.abandoned.length = 0;
      // One queue has no leader; confirms from others do not shorten the patience with it.
      outcomes([message('a'), message('b')]);
      channel.sent[1]!.confirm(null);
      await jest.advanceTimersByTimeAsync(119_000);
      expect(connection.abandoned).toEqual([]);
      await jest.advanceTimersByTimeAsync(2_500);
      expect(connection.abandoned).toHaveLength(1);
    });
  });

  it('waits while the broker asks for it, for as long as that takes', async () => {
    const ended = outcomes([message('a')]);
    connection.isBlocked = true;
    const held = outcomes([message('b')]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(channel.sent).toHaveLength(1);
    connection.isBlocked = false;
    connection.emit('unblocked');
    await jest.advanceTimersByTimeAsync(500);
    for (const { confirm } of channel.sent) confirm(null);
    await yieldToEventLoop();
    expect([...ended, ...held]).toEqual(['confirmed', 'confirmed']);
  });

  it('settles everything when the channel is gone, and asks for a new connection', async () => {
    const ended = outcomes(['a', 'b', 'c'].map((id) => message(id)));
    channel.closeByBroker();
    await yieldToEventLoop();
    expect(ended).toEqual(['channel-closed', 'channel-closed', 'channel-closed']);
    expect(connection.abandoned).toHaveLength(1);
    expect(await publisher.publish(message('d'))).toBe('channel-closed');
  });

  it('publishes on the next connection', async () => {
    channel.closeByBroker();
    const next = await connection.comeUp();
    const ended = outcomes([message('a')]);
    next.sent[0]!.confirm(null);
    await yieldToEventLoop();
    expect(ended).toEqual(['confirmed']);
    next.emit('close');
  });
});
