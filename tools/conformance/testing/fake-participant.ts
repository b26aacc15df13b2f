import { newId } from '#libs/kernel/ids.js';
import type { Sent } from '../command.js';
import type { OrderSide } from '../order-side.js';
import { replyOf, type Reply } from '../reply.js';

export interface Received {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly sagaid: string;
  readonly commandid: string;
  readonly traceparent?: string;
  readonly data: Readonly<Record<string, unknown>>;
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
  readonly diesOfMalformedInput?: boolean;
}

/** A participant in memory, with the queues between it and its orchestrator left out. */
export class FakeParticipant implements OrderSide {
  #dead = false;

  constructor(
    private readonly rules: Rules,
    private readonly fault: Fault,
    private readonly onReply: (reply: Reply) => void,
  ) {}

  readers(): Promise<number> {
    return Promise.resolve(1);
  }

  send({ id, body }: Sent): Promise<void> {
    setImmediate(() => this.#receive(id, body));
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #receive(id: string, body: Buffer): void {
    if (this.#dead) return;
    const { envelope } = replyOf(body, {});
    if (envelope['id'] !== id) {
      this.#dead = this.fault.diesOfMalformedInput === true;
      return;
    }
    const command = envelope as unknown as Received;
    const later = (answer: Answer): void => this.#reply(command, answer);
    const answer = this.fault.answers
      ? this.fault.answers(command, this.rules, later)
      : this.rules(command, later);
    if (!answer) return;
    setImmediate(() => this.#reply(command, answer));
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
    this.onReply(
      replyOf(Buffer.from(JSON.stringify(altered)), this.fault.alterProperties?.(properties) ?? properties),
    );
  }
}
