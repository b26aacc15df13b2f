import { setTimeout as pause } from 'node:timers/promises';
import type { WorkQueue } from '#libs/contracts/topology.js';
import { queues } from '#libs/contracts/topology.js';
import { random } from '#libs/kernel/chance.js';
import { toMessage, type Command } from '../conformance/command.js';
import { Recorder, type History } from '../conformance/history.js';
import { CannotRun, type OrderSide } from '../conformance/order-side.js';
import { typeOf, type Reply } from '../conformance/reply.js';
import { contradictionIn } from '../conformance/standing-rules.js';
import { cameLine } from '../conformance/transcript.js';
import { BookReader } from './book-reader.js';
import { BrokenCommands } from './broken-commands.js';
import { ParticipantStub } from './participant-stub.js';
import { madeUpOrder } from './made-up-order.js';
import { withProbability, NetworkFaults } from './network-faults.js';
import type { StandInOptions } from './options.js';
import { takeOrders } from './prompt.js';
import { StandIn, type TrackedOrder } from './stand-in.js';
import { shortId, Tally } from './tally.js';

const maxUnfinished = 50;
const tickMs = 100;
/** Of what does not add up; a thousand more of the kind help nobody. */
const maxDifferences = 20;

export type Connect = (commands: WorkQueue, onReply: (reply: Reply) => void) => Promise<OrderSide>;

/** A participant that is there. */
interface Connected {
  readonly name: 'inventory' | 'payment';
  readonly side: OrderSide;
  readonly books: BookReader;
  readonly broken: BrokenCommands;
}

/**
 * @param restart kills a participant and starts it again.
 * @returns the exit code. @throws CannotRun
 */
export async function play(
  options: StandInOptions,
  connect: Connect,
  print: (line: string) => void,
  restart?: () => Promise<void>,
): Promise<number> {
  const began = Date.now();
  const clock = { now: () => new Date(began + (Date.now() - began) * options.hurry) };
  const tally = new Tally(print, options.verbose || options.interactive);
  const record = new OrderRecord();
  const network = new NetworkFaults({ ...options, delaySeconds: options['delay-seconds'] });
  const post = new Map<string, (command: Command) => void>();
  const ask = (command: Command): void => post.get(command.message.routingKey)?.(command);
  const standIn = new StandIn(clock, options.hurry, ask, tally);
  const connected: Connected[] = [];
  const ticking = setInterval(() => standIn.passTime(), tickMs);
  try {
    for (const [name, queue] of [
      ['inventory', queues.inventoryCommands],
      ['payment', queues.paymentCommands],
    ] as const) {
      if (options.for !== name && options.for !== 'both') {
        const stub = new ParticipantStub();
        post.set(queue.name, (command) => void setImmediate(() => standIn.handleReply(stub.answer(command))));
        continue;
      }
      const books = new BookReader(name);
      const broken = new BrokenCommands();
      const side = await connect(queue, (reply) => {
        // Each connection hears all replies; on a shared broker there are answers to others, too.
        if (!typeOf(reply).startsWith(`${name}.`)) return;
        if (reply.routingKey === queues.reconciliation.name) return books.onPage(reply);
        if (broken.onReply(reply)) return;
        if (options.shared && !standIn.knows(reply.envelope['sagaid'])) return;
        record.came(reply);
        standIn.handleReply(reply);
      });
      connected.push({ name, side, books, broken });
      if ((await side.readers()) === 0) throw new CannotRun(`Nobody reads ${queue.name}.`);
      post.set(queue.name, (command) => {
        if (withProbability(options.broken)) {
          const { sent, what } = broken.like(command);
          tally.broke(what);
          side.send(sent).catch(() => undefined);
        }
        const sent = toMessage(command);
        record.sent(command, sent.id);
        // A broker that is gone shows in orders that do not end.
        network.pass((isRedelivered) => {
          const delivered: Promise<unknown> = isRedelivered ? side.sendAsRedelivered(sent) : side.send(sent);
          delivered.catch(() => undefined);
        });
      });
    }
    if (options.interactive) await takeOrders(standIn, options, print, ask);
    else await placeUnderRestarts(standIn, options, restart);
    while (network.held > 0) await pause(tickMs);
    await pause(options['settle-seconds'] * 1000);
    const wrong = await notAddingUp(connected, record.histories());
    return summarise(standIn.unfinished, tally, wrong, print);
  } finally {
    clearInterval(ticking);
    for (const { side, books, broken } of connected)
      await side.close(
        ({ envelope: { sagaid, subject } }) =>
          standIn.knows(sagaid) || broken.knows(sagaid) || books.knows(subject),
      );
  }
}

/** What was asked and answered, by the command. */
class OrderRecord {
  readonly #recorder = new Recorder();
  readonly #commands = new Map<unknown, Command>();

  sent(command: Command, messageId: string): void {
    this.#commands.set(command.commandId, command);
    this.#recorder.sent(command, messageId);
  }

  came(reply: Reply): void {
    const command = this.#commands.get(reply.envelope['commandid']);
    if (command) this.#recorder.came(command, reply);
  }

  histories(): readonly History[] {
    return this.#recorder.histories();
  }
}

/** Places all orders and waits for their ends, with the participant being killed now and then. */
async function placeUnderRestarts(
  standIn: StandIn,
  options: StandInOptions,
  restart: (() => Promise<void>) | undefined,
): Promise<void> {
  const ended = new AbortController();
  const restarting = async (): Promise<void> => {
    while (restart && !ended.signal.aborted) {
      await pause(options['restart-every'] * 1000, undefined, { signal: ended.signal }).catch(
        () => undefined,
      );
      if (!ended.signal.aborted) await restart();
    }
  };
  await Promise.all([restarting(), placeAll(standIn, options).finally(() => ended.abort())]);
}

/** Answers that contradict one another, books that say otherwise, and what was made of commands that cannot be read. */
async function notAddingUp(
  connected: readonly Connected[],
  histories: readonly History[],
): Promise<string[]> {
  const lines: string[] = [];
  for (const history of histories) {
    const found = contradictionIn(history);
    if (found) lines.push(`CONTRADICTION  ${cameLine(found.before)}\n  then  ${cameLine(found.after)}`);
  }
  const differences = connected.map(({ name, side, books }) => {
    const own = histories.filter(({ entries }) => entries[0]!.command.message.type.startsWith(`${name}.`));
    return books.differences(side, own);
  });
  for (const { book, expected, came } of (await Promise.all(differences)).flat())
    lines.push(`BOOKS  ${book}: expected ${expected}; came ${came}`);
  const complaints = connected.map(({ side, broken }) => broken.complaints(side));
  for (const complaint of (await Promise.all(complaints)).flat()) lines.push(`BROKEN  ${complaint}`);
  return lines;
}

async function placeAll(standIn: StandIn, options: StandInOptions): Promise<void> {
  const orderOptions = { skus: options.sku, tokens: options.token, currency: options.currency };
  const end = performance.now() + options.seconds * 1000;
  const inTime = (): boolean => performance.now() < end;
  for (let placed = 0; placed < options.orders && inTime();) {
    if (standIn.unfinished.length < maxUnfinished) {
      const id = standIn.place(madeUpOrder(orderOptions));
      placed += 1;
      if (withProbability(options.cancel))
        setTimeout(() => cancelIfOpen(standIn, id), random() * 1000).unref();
    }
    await pause(1000 / options['per-second']);
  }
  while (standIn.unfinished.length > 0 && inTime()) await pause(tickMs);
}

function cancelIfOpen(standIn: StandIn, id: string): void {
  const order = standIn.unfinished.find(({ instance }) => instance.id === id);
  if (order) standIn.cancel(order);
}

function summarise(
  unfinished: readonly TrackedOrder[],
  tally: Tally,
  wrong: readonly string[],
  print: (line: string) => void,
): number {
  print('');
  for (const line of tally.lines()) print(line);
  for (const { instance, asked } of unfinished) {
    print(`${shortId(instance.id)}  has not ended: ${asked.message.type} is not answered`);
  }
  for (const line of wrong.slice(0, maxDifferences)) print(line);
  if (wrong.length > maxDifferences) print(`and ${wrong.length - maxDifferences} more`);
  return unfinished.length === 0 && tally.parkedReplies === 0 && wrong.length === 0 ? 0 : 1;
}
