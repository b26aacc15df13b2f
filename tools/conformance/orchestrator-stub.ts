import { EventEmitter, once } from 'node:events';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { toMessage, type Command, type Sent } from './command.js';
import { DutyBroken } from './duty.js';
import { Recorder, type History } from './history.js';
import type { OrderSide, Parked } from './order-side.js';
import { typeOf, type Reply } from './reply.js';
import { cameLine, sentLine } from './transcript.js';

export interface Timeouts {
  /** How long an answer may take. */
  readonly answerSeconds: number;
  /** How long to wait, once all else has been answered, for an answer that must not come. */
  readonly quietSeconds: number;
}

/** An answer with the command that it was attributed to, whatever ids it carries. */
export interface Attributed {
  readonly reply: Reply;
  readonly command: Command;
  /** The sendings of the command so far. */
  readonly sentIds: ReadonlySet<string>;
}

interface Asked {
  readonly command: Command;
  readonly sentIds: Set<string>;
  readonly replies: Reply[];
  /** That it was first asked for. */
  readonly duty: string;
}

/** Takes the place of the orchestrator: asks a participant, and records what it answered. */
export class OrchestratorStub {
  readonly #asked: Asked[] = [];
  readonly #recorder = new Recorder();
  #duty = '';
  #transcript: string[] = [];
  #orderSide!: OrderSide;
  readonly #news = new EventEmitter().setMaxListeners(0);

  private constructor(readonly timeouts: Timeouts) {}

  static async open(
    connect: (onReply: (reply: Reply) => void) => Promise<OrderSide>,
    timeouts: Timeouts,
  ): Promise<OrchestratorStub> {
    const orchestrator = new OrchestratorStub(timeouts);
    orchestrator.#orderSide = await connect((reply) => orchestrator.#onReply(reply));
    return orchestrator;
  }

  readers(): Promise<number> {
    return this.#orderSide.readers();
  }

  hasOwnParkingLot(): Promise<boolean> {
    return this.#orderSide.hasOwnParkingLot();
  }

  /** Waits until these messages are in the parking lot, for as long as for an answer. */
  takeParked(ids: ReadonlySet<string>): Promise<readonly Parked[]> {
    return this.#orderSide.takeParked(ids, this.timeouts.answerSeconds);
  }

  /** What is asked for from here on is asked for that duty. */
  beginDuty(name: string): void {
    this.#duty = name;
  }

  /** What was asked and answered so far, but for what was asked for these duties. */
  histories(without: ReadonlySet<string>): readonly History[] {
    const leftOut = new Set(
      this.#asked.filter(({ duty }) => without.has(duty)).map(({ command }) => command.about),
    );
    return this.#recorder.histories().filter(({ about }) => !leftOut.has(about));
  }

  /** What was sent and received since the last call, for people who want to know what went wrong. */
  takeTranscript(): readonly string[] {
    const lines = this.#transcript;
    this.#transcript = [];
    return lines;
  }

  /** Sends the command under a message id of its own. @param changes see `toMessage`. */
  async post(command: Command, changes?: Readonly<Record<string, unknown>>): Promise<Sent> {
    const sent = this.#messageOf(command, changes);
    await this.repost(sent);
    return sent;
  }

  /**
   * Sends the command so that it comes marked as redelivered.
   * @throws DutyBroken when the participant reads its queue alone.
   */
  async postAsRedelivered(command: Command): Promise<void> {
    const sent = this.#messageOf(command);
    this.#transcript.push(sentLine(sent));
    if (await this.#orderSide.sendAsRedelivered(sent)) return;
    throw new DutyBroken('a queue that several may read', 'one that the participant reads exclusively');
  }

  /** Sends the command as one that was sent two minutes ago and expired a minute ago. */
  postLate(command: Command): Promise<Sent> {
    return this.post(command, { time: minutesAway(-2), expirytime: minutesAway(-1) });
  }

  /** Sends the command as one that expires in a minute. */
  postInTime(command: Command): Promise<Sent> {
    return this.post(command, { expirytime: minutesAway(1) });
  }

  /** Sends the same message again, as a broker may deliver it twice. */
  async repost(sent: Sent): Promise<void> {
    this.#transcript.push(sentLine(sent));
    await this.#orderSide.send(sent);
  }

  /** Whether such a command about this reservation or payment was sent. */
  wasAsked(message: MessageType, about: string): boolean {
    return this.#asked.some(
      ({ command }) => command.message.type === message.type && command.about === about,
    );
  }

  answers(command: Command): readonly Reply[] {
    return this.#entryOf(command).replies;
  }

  everyAnswer(): readonly Attributed[] {
    return this.#asked.flatMap(({ command, sentIds, replies }) =>
      replies.map((reply) => ({ reply, command, sentIds })),
    );
  }

  /** Waits for the n-th answer to a command. @throws DutyBroken when it does not come in time. */
  async answer(command: Command, nth = 1, withinSeconds = this.timeouts.answerSeconds): Promise<Reply> {
    const end = performance.now() + withinSeconds * 1000;
    for (;;) {
      const reply = this.answers(command)[nth - 1];
      if (reply) return reply;
      const left = end - performance.now();
      if (left <= 0) {
        const which = nth === 1 ? 'an answer' : `answer ${nth}`;
        throw new DutyBroken(
          `${which} to ${command.message.type}`,
          `nothing within ${withinSeconds} s`,
          true,
        );
      }
      await once(this.#news, 'reply', { signal: AbortSignal.timeout(Math.ceil(left)) }).catch(
        () => undefined,
      );
    }
  }

  /** Waits for the n-th answer and asserts its type. @throws DutyBroken */
  async expect(command: Command, type: { readonly type: string }, nth = 1): Promise<Reply> {
    const reply = await this.answer(command, nth);
    if (typeOf(reply) !== type.type) throw new DutyBroken(type.type, cameLine(reply));
    return reply;
  }

  /** Removes what the run has left behind, and disconnects. */
  async close(): Promise<void> {
    await this.#orderSide.close((reply) => this.#belongsTo(reply) !== undefined);
  }

  #entryOf(command: Command): Asked {
    const known = this.#asked.find((asked) => asked.command === command);
    if (known) return known;
    const asked = { command, sentIds: new Set<string>(), replies: [], duty: this.#duty };
    this.#asked.push(asked);
    return asked;
  }

  #messageOf(command: Command, changes?: Readonly<Record<string, unknown>>): Sent {
    const sent = toMessage(command, changes);
    this.#entryOf(command).sentIds.add(sent.id);
    this.#recorder.sent(command, sent.id);
    return sent;
  }

  #onReply(reply: Reply): void {
    const asked = this.#belongsTo(reply);
    // On a shared broker there are answers to other clients.
    if (!asked) return;
    asked.replies.push(reply);
    this.#recorder.came(asked.command, reply);
    this.#transcript.push(cameLine(reply));
    this.#news.emit('reply');
  }

  /**
   * Tries the strongest evidence first, so that a participant that omits one of the ids fails the duty about that id and
   * no other. The last resort is the reservation or payment that it is about, of the newest command.
   */
  #belongsTo({ envelope, body }: Reply): Asked | undefined {
    const { causationid, commandid, type } = envelope;
    const byCause = this.#asked.findLast(({ sentIds }) => sentIds.has(String(causationid)));
    if (byCause) return byCause;
    const byCommand = this.#asked.findLast(
      ({ command }) => command.commandId !== undefined && command.commandId === commandid,
    );
    if (byCommand) return byCommand;
    const about = this.#asked.filter(({ command }) => body.includes(command.about));
    return about.findLast(({ command }) => answerTypes(command).includes(String(type))) ?? about.at(-1);
  }
}

const answerTypes = ({ message }: Command): readonly string[] =>
  [...messageTypes.values()].filter(({ answers }) => answers?.includes(message)).map(({ type }) => type);

const minutesAway = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
