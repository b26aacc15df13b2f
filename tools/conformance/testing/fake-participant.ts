import { setImmediate as nextTick, setTimeout as pause } from 'node:timers/promises';
import { queues } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import type { Sent } from '../command.js';
import type { OrderSide, Parked } from '../order-side.js';
import { replyOf, type Reply } from '../reply.js';

export interface Received {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly sagaid: string;
  readonly commandid: string;
  readonly traceparent?: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Of its delivery; no attribute of the message. */
  readonly isRedelivered?: boolean;
  readonly [attribute: string]: unknown;
}

export interface Answer {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The rules of a participant, as those of kit/examples: nothing for what must not be answered. */
export type Rules = (command: Received, later: (answer: Answer) => void) => Answer | undefined;

type SentReply = Readonly<Record<string, unknown>>;

/** What a participant does wrong; all else it does as it should. */
export interface Fault {
  readonly answers?: (command: Received, rules: Rules, later: (answer: Answer) => void) => Answer | undefined;
  readonly alterReply?: (reply: SentReply, command: Received) => SentReply;
  readonly alterProperties?: (properties: Reply['properties']) => Reply['properties'];
  readonly routingKey?: string;
  readonly diesOfMalformedInput?: boolean;
  /** What becomes of a message that is not answered; undefined: it is parked. @param command undefined: it is none. */
  readonly unanswered?: (command: Received | undefined) => 'acked' | 'spent' | undefined;
  /** Settles a message before it is worked on. */
  readonly acksFirst?: boolean;
  /** What it knows when it has been started again. @param fresh rules that know nothing. */
  readonly restarted?: (rules: Rules, fresh: () => Rules) => Rules;
  /** Answers that were to come later do not survive a restart. */
  readonly forgetsTimers?: boolean;
}

/** How long a command with this token is worked on before it has its effect. */
const slow = { token: 'tok_slow', ms: 200 };
/** For a command to kill it with: many come in this time, and on a busy machine some in so many ticks. */
const minWait = { ms: 400, ticks: 100 };

/** A participant in memory, with the queues between it and its orchestrator left out. */
export class FakeParticipant implements OrderSide {
  #rules: Rules;
  #dead = false;
  /** Counts its starts: what a process that was killed had begun comes to nothing. */
  #life = 1;
  /** Messages that are not settled. */
  readonly #inHand = new Map<string, Buffer>();
  readonly #parked = new Map<string, Parked>();
  /** How many commands have had their effect; the answer of each is sent a tick later. */
  #effects = 0;

  constructor(
    private readonly fresh: () => Rules,
    private readonly fault: Fault,
    private readonly onReply: (reply: Reply) => void,
  ) {
    this.#rules = fresh();
  }

  readers(): Promise<number> {
    return Promise.resolve(1);
  }

  send({ id, body }: Sent): Promise<void> {
    setImmediate(() => this.#receive(id, body, false));
    return Promise.resolve();
  }

  sendAsRedelivered({ id, body }: Sent): Promise<boolean> {
    setImmediate(() => this.#receive(id, body, true));
    return Promise.resolve(true);
  }

  hasOwnParkingLot(): Promise<boolean> {
    return Promise.resolve(true);
  }

  takeParked(ids: ReadonlySet<string>): Promise<readonly Parked[]> {
    return Promise.resolve([...this.#parked.values()].filter(({ id }) => ids.has(id)));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Kills it, between an effect and its answer where there is such a moment, and starts it again. What was sent before may
   * be of another duty, which does not wait for it on a busy machine.
   */
  async restart(): Promise<void> {
    const until = performance.now() + minWait.ms;
    const before = this.#effects;
    for (let tick = 0; this.#effects === before; tick += 1) {
      if (tick >= minWait.ticks && performance.now() >= until) break;
      await nextTick();
    }
    this.#life += 1;
    const unsettled = [...this.#inHand];
    this.#inHand.clear();
    this.#rules = this.fault.restarted?.(this.#rules, this.fresh) ?? this.#rules;
    await pause(1);
    for (const [id, body] of unsettled) this.#receive(id, body, true);
  }

  #receive(id: string, body: Buffer, isRedelivered: boolean): void {
    if (this.#dead) return;
    const { envelope } = replyOf(body, {}, '');
    if (envelope['id'] !== id || !envelope['data']) {
      this.#dead = this.fault.diesOfMalformedInput === true;
      return this.#refuse(id);
    }
    if (!this.fault.acksFirst) this.#inHand.set(id, body);
    const command = { ...envelope, isRedelivered } as unknown as Received;
    const life = this.#life;
    const handle = (): void => {
      if (life === this.#life) this.#handle(command);
    };
    if (command.data['token'] === slow.token) setTimeout(handle, slow.ms);
    else handle();
  }

  #handle(command: Received): void {
    const life = this.#life;
    const later = (answer: Answer): void => {
      if (life === this.#life || !this.fault.forgetsTimers) this.#reply(command, answer);
    };
    const answer = this.fault.answers
      ? this.fault.answers(command, this.#rules, later)
      : this.#rules(command, later);
    if (!answer) return this.#refuse(command.id, command);
    this.#effects += 1;
    setImmediate(() => {
      if (life !== this.#life) return;
      this.#reply(command, answer);
      this.#inHand.delete(command.id);
    });
  }

  #refuse(id: string, command?: Received): void {
    this.#inHand.delete(id);
    const instead = this.fault.unanswered?.(command);
    if (instead !== 'acked') this.#parked.set(id, { id, spent: instead === 'spent' });
  }

  #reply(command: Received, { type, data }: Answer): void {
    const reply = {
      specversion: '1.0',
      id: newId(),
      type,
      source: '/fake-participant',
      subject: command.subject,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      dataschema: `/schemas/${type}.json`,
      traceparent: command.traceparent,
      sagaid: command.sagaid,
      commandid: command.commandid,
      causationid: command.id,
      data,
    };
    const altered = this.fault.alterReply?.(reply, command) ?? reply;
    const properties = {
      messageId: altered['id'],
      contentType: 'application/cloudevents+json',
      deliveryMode: 2,
    };
    const isPage = type.endsWith('-listed.v1');
    const routingKey = this.fault.routingKey ?? (isPage ? queues.reconciliation : queues.sagaReplies).name;
    this.onReply(
      replyOf(
        Buffer.from(JSON.stringify(altered)),
        this.fault.alterProperties?.(properties) ?? properties,
        routingKey,
      ),
    );
  }
}
