import { declaredExchanges, declaredQueues } from '#libs/contracts/declarations.js';
import { queues, retryDelays, type Service, type WorkQueue } from '#libs/contracts/topology.js';
import { BrokerUsers } from '#libs/messaging/broker/broker-users.js';
import { firstSenderOf } from '#libs/messaging/parking/first-sender.js';
import { attemptHeader, attemptOf } from '#libs/messaging/parking/retry-policy.js';
import type { AmqpConnection } from '#libs/messaging/broker/amqp-connection.js';
import type { Delivery } from '#libs/messaging/parking/delivery.js';
import type { PublishOutcome, WireMessage } from '#libs/messaging/broker/publisher.js';
import type { ProcessingResult } from '#libs/messaging/consumer/consumer-metrics.js';
import type { Life } from './life.js';
import { step, type World } from './simulation-world.js';
import { matches } from './topic.js';

const isOfEvents = (name: string): boolean =>
  name === queues.projections.name || name === queues.catalogue.name;

/** A queue's part of the declarations that matters here. */
interface Queue {
  readonly name: string;
  readonly ttlMs: number | undefined;
  readonly deliveryLimit: number | undefined;
  readonly deadLetterExchange: string | undefined;
  /** Undefined: the message's own. */
  readonly deadLetterTo: string | undefined;
  readonly ready: Set<Queued>;
  readonly unacked: Set<Queued>;
  readonly consumers: Consumer[];
}

export interface Queued {
  readonly message: WireMessage;
  /** Whose connection published it; undefined where the message does not say. */
  readonly userId: string | undefined;
  /** How often it came back unsettled. */
  returns: number;
}

interface Consumer {
  readonly queue: WorkQueue;
  readonly life: Life;
  readonly handle: (delivery: Delivery, signal: AbortSignal) => Promise<ProcessingResult>;
  /** Unsettled deliveries at once. */
  prefetch: number;
  channel: Channel;
}

/** One channel: the deliveries that its consumer has not settled, and the signal that it is gone. */
class Channel {
  readonly inHand = new Set<Queued>();
  readonly gone = new AbortController();
}

/**
 * Exchanges and quorum queues as RabbitMQ has them: at least once, in no reliable order. What it has confirmed it never
 * loses; what it has not confirmed it may have or not.
 */
export class SimulatedBroker {
  #away = false;
  readonly #queues = new Map<string, Queue>();
  readonly #onUp: (() => void)[] = [];
  readonly #lost: ((message: WireMessage) => void)[] = [];
  readonly #accepted: ((message: WireMessage, queues: readonly string[]) => void)[] = [];
  #tags = 0;

  constructor(private readonly world: World) {
    for (const { name, arguments: said } of declaredQueues) {
      this.#queues.set(name, {
        name,
        ttlMs: said['x-message-ttl'] as number | undefined,
        deliveryLimit: said['x-delivery-limit'] as number | undefined,
        deadLetterExchange: said['x-dead-letter-exchange'] as string | undefined,
        deadLetterTo: said['x-dead-letter-routing-key'] as string | undefined,
        ready: new Set(),
        unacked: new Set(),
        consumers: [],
      });
    }
  }

  get isAway(): boolean {
    return this.#away;
  }

  /** Observers are told of each message that the broker accepted, and of the queues that it went to. */
  onAccepted(listener: (message: WireMessage, queues: readonly string[]) => void): void {
    this.#accepted.push(listener);
  }

  /** Observers are told of each message that it accepted and lost. */
  onLost(listener: (message: WireMessage) => void): void {
    this.#lost.push(listener);
  }

  /** Messages per queue, with those that a consumer has not settled. */
  depths(): Map<string, number> {
    return new Map([...this.#queues].map(([name, { ready, unacked }]) => [name, ready.size + unacked.size]));
  }

  parked(): Map<string, readonly Queued[]> {
    const found = new Map<string, readonly Queued[]>();
    for (const [name, { ready }] of this.#queues) {
      if (name.endsWith('.parked') && ready.size > 0) found.set(name, [...ready]);
    }
    return found;
  }

  /** Removes a message from a queue, as a person does who looks after parked messages. */
  take(queue: string, queued: Queued): void {
    this.#queues.get(queue)?.ready.delete(queued);
  }

  /** What somebody publishes who is none of the processes. */
  publishAs(userId: Service | undefined, message: WireMessage): void {
    this.#accept(message, userId);
  }

  /** As much of a process's connection as a relay uses. */
  connection(life: Life): Pick<AmqpConnection, 'isUp' | 'isBlocked' | 'on'> {
    const isAway = (): boolean => this.#away;
    const connection = {
      get isUp() {
        return !isAway() && life.isAlive;
      },
      isBlocked: false,
      on: (event: string, listener: () => void) => {
        if (event === 'up') this.#onUp.push(() => life.isAlive && listener());
        return connection;
      },
    };
    return connection as unknown as AmqpConnection;
  }

  /** Publishes with a confirm, which the network may lose or delay. */
  async publish(life: Life, userId: Service, message: WireMessage): Promise<PublishOutcome> {
    const { faults, chance, schedule } = this.world;
    if (this.#away) return 'channel-closed';
    if (faults.strikes('publish-lost')) {
      await step(this.world, life, 0, 5);
      return 'channel-closed';
    }
    const arrives = new Promise<PublishOutcome>((resolve) => {
      // Not by the process's own timer: what it has sent arrives without it.
      schedule.after(chance.longTailed(0, 20), () => {
        if (this.#away) resolve('channel-closed');
        else resolve(this.#accept(message, userId));
      });
    });
    const outcome = await arrives;
    await step(this.world, life, 0, faults.strikes('confirm-late') ? 240_000 : 5);
    return faults.strikes('confirm-lost') ? 'channel-closed' : outcome;
  }

  /** @returns a function that sets the prefetch; at first it is unlimited. */
  consume(read: WorkQueue, life: Life, handle: Consumer['handle']): (count: number) => void {
    const queue = this.#queue(read.name);
    const consumer: Consumer = { queue: read, life, handle, prefetch: Infinity, channel: new Channel() };
    queue.consumers.push(consumer);
    life.onEnd(() => {
      queue.consumers.splice(queue.consumers.indexOf(consumer), 1);
      this.#close(queue, consumer);
    });
    for (const queued of queue.ready) this.#offer(queue, queued);
    return (count) => {
      consumer.prefetch = count;
      for (const queued of queue.ready) this.#offer(queue, queued);
    };
  }

  goAway(): void {
    this.#away = true;
    for (const queue of this.#queues.values()) {
      for (const consumer of queue.consumers) this.#close(queue, consumer);
    }
  }

  comeBack(): void {
    this.#away = false;
    for (const queue of this.#queues.values()) {
      for (const queued of queue.ready) this.#offer(queue, queued);
    }
    for (const listener of this.#onUp) listener();
  }

  #accept(message: WireMessage, userId: Service | undefined): PublishOutcome {
    const names = this.#route(message);
    for (const listener of this.#accepted) listener(message, names);
    if (names.length === 0) return message.mandatory ? 'returned' : 'confirmed';
    for (const name of names) {
      if (isOfEvents(name) && this.world.faults.strikes('event-lost')) {
        for (const listener of this.#lost) listener(message);
        continue;
      }
      this.#enqueue(this.#queue(name), { message, userId, returns: 0 });
    }
    return 'confirmed';
  }

  #route({ exchange, routingKey, alsoRoutedAs = [] }: WireMessage): string[] {
    if (exchange === '') return this.#queues.has(routingKey) ? [routingKey] : [];
    const keys = [routingKey, ...alsoRoutedAs];
    const type = declaredExchanges.find(({ name }) => name === exchange)?.type;
    return declaredQueues
      .filter(({ bindings }) =>
        bindings.some(
          (binding) =>
            binding.exchange.name === exchange &&
            (type === 'fanout' || keys.some((key) => matches(binding.routingKey, key))),
        ),
      )
      .map(({ name }) => name);
  }

  #enqueue(queue: Queue, queued: Queued): void {
    queue.ready.add(queued);
    if (queue.ttlMs !== undefined) {
      this.world.schedule.after(queue.ttlMs, () => {
        queue.ready.delete(queued);
        this.#deadLetter(queue, queued);
      });
    } else this.#offer(queue, queued);
  }

  /** The broker's own doing: under its properties and headers, whoever may publish what. */
  #deadLetter(queue: Queue, { message, userId }: Queued): void {
    const exchange = queue.deadLetterExchange!;
    const routingKey = queue.deadLetterTo ?? message.routingKey;
    const names = this.#route({ ...message, exchange, routingKey, alsoRoutedAs: [] });
    if (names.length === 0) throw new Error(`what ${queue.name} gives up on goes nowhere`);
    for (const name of names) this.#enqueue(this.#queue(name), { message, userId, returns: 0 });
  }

  /** Delivers it to some consumer, some time soon: with several of them, in no certain order. */
  #offer(queue: Queue, queued: Queued): void {
    if (queue.name.endsWith('.parked')) return;
    const { chance, faults, schedule } = this.world;
    const delay = faults.strikes('delivered-late')
      ? chance.longTailed(100, 240_000)
      : chance.longTailed(0, 50);
    schedule.after(delay, () => {
      const free = queue.consumers.filter(({ prefetch, channel }) => channel.inHand.size < prefetch);
      if (this.#away || !queue.ready.has(queued) || free.length === 0) return;
      const consumer = chance.pick(free);
      if (faults.strikes('channel-closed')) this.#close(queue, consumer);
      queue.ready.delete(queued);
      queue.unacked.add(queued);
      consumer.channel.inHand.add(queued);
      void this.#deliver(queue, consumer, queued);
      // A copy that the broker believes undelivered, as after a partition among its nodes.
      if (faults.strikes('delivered-twice')) {
        this.#enqueue(queue, { ...queued });
      }
    });
  }

  async #deliver(queue: Queue, consumer: Consumer, queued: Queued): Promise<void> {
    const { channel, life } = consumer;
    const { message, userId } = queued;
    const users = new BrokerUsers(consumer.queue.consumer);
    const delivery: Delivery = {
      queue: queue.name,
      tag: ++this.#tags,
      id: message.id,
      type: message.type,
      contentType: message.contentType,
      body: message.body,
      attempt: attemptOf(message.headers?.[attemptHeader], retryDelays),
      firstSender: firstSenderOf(consumer.queue, { userId, headers: message.headers }, users),
      earlierDeliveries: queued.returns,
    };
    const result = await consumer.handle(delivery, channel.gone.signal);
    this.world.coverage.count(`delivery.${result}`);
    if (result === 'abandoned') return;
    await step(this.world, life, 0, 3);
    // An ack on a channel that is gone goes nowhere: by then the message is on its way to somebody else.
    if (channel.inHand.delete(queued)) queue.unacked.delete(queued);
    const [next] = queue.ready;
    if (next && consumer.prefetch !== Infinity) this.#offer(queue, next);
  }

  #close(queue: Queue, consumer: Consumer): void {
    const { channel } = consumer;
    consumer.channel = new Channel();
    channel.gone.abort();
    for (const queued of channel.inHand) {
      queue.unacked.delete(queued);
      queued.returns += 1;
      if (queue.deliveryLimit !== undefined && queued.returns > queue.deliveryLimit) {
        this.#deadLetter(queue, queued);
        continue;
      }
      this.world.coverage.count('delivery.returned');
      this.#enqueue(queue, queued);
    }
    channel.inHand.clear();
  }

  #queue(name: string): Queue {
    const queue = this.#queues.get(name);
    if (!queue) throw new Error(`there is no queue ${name}`);
    return queue;
  }
}
