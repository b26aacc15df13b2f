import { setTimeout as pause } from 'node:timers/promises';
import type { WorkQueue } from '#libs/contracts/topology.js';
import { queues } from '#libs/contracts/topology.js';
import { random } from '#libs/kernel/chance.js';
import { toMessage, type Command } from '../conformance/command.js';
import { CannotRun, type OrderSide } from '../conformance/order-side.js';
import { typeOf, type Reply } from '../conformance/reply.js';
import { ParticipantStub } from './participant-stub.js';
import { madeUpOrder } from './made-up-order.js';
import { withProbability, NetworkFaults, type FaultRates } from './network-faults.js';
import type { StandInOptions } from './options.js';
import { takeOrders } from './prompt.js';
import { StandIn, type TrackedOrder } from './stand-in.js';
import { shortId, Tally } from './tally.js';

const maxUnfinished = 50;
const tickMs = 100;

export type Connect = (commands: WorkQueue, onReply: (reply: Reply) => void) => Promise<OrderSide>;

/** @returns the exit code. @throws CannotRun */
export async function play(
  options: StandInOptions,
  connect: Connect,
  print: (line: string) => void,
): Promise<number> {
  const began = Date.now();
  const clock = { now: () => new Date(began + (Date.now() - began) * options.hurry) };
  const tally = new Tally(print, options.verbose || options.interactive);
  const post = new Map<string, (command: Command) => void>();
  const ask = (command: Command): void => post.get(command.message.routingKey)?.(command);
  const standIn = new StandIn(clock, options.hurry, ask, tally);
  const open: OrderSide[] = [];
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
      const side = await connect(queue, (reply) => {
        // Each connection hears all replies; on a shared broker there are answers to others, too.
        if (
          typeOf(reply).startsWith(`${name}.`) &&
          !(options.shared && !standIn.knows(reply.envelope['sagaid']))
        )
          standIn.handleReply(reply);
      });
      open.push(side);
      if ((await side.readers()) === 0) throw new CannotRun(`Nobody reads ${queue.name}.`);
      post.set(queue.name, throughFaultyNetwork(side, faultRatesOf(options)));
    }
    if (options.interactive) await takeOrders(standIn, options, print, ask);
    else await placeAll(standIn, options);
    return summarise(standIn.unfinished, tally, print);
  } finally {
    clearInterval(ticking);
    for (const side of open) await side.close(({ envelope }) => standIn.knows(envelope['sagaid']));
  }
}

const faultRatesOf = (options: StandInOptions): FaultRates => ({
  duplicates: options.duplicates,
  losses: options.losses,
  delays: options.delays,
  delaySeconds: options['delay-seconds'],
});

function throughFaultyNetwork(side: OrderSide, rates: FaultRates): (command: Command) => void {
  const network = new NetworkFaults(rates);
  return (command) => {
    const sent = toMessage(command);
    // A broker that is gone shows in orders that do not end.
    network.pass(() => void side.send(sent).catch(() => undefined));
  };
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

function summarise(unfinished: readonly TrackedOrder[], tally: Tally, print: (line: string) => void): number {
  print('');
  for (const line of tally.lines()) print(line);
  for (const { instance, asked } of unfinished) {
    print(`${shortId(instance.id)}  has not ended: ${asked.message.type} is not answered`);
  }
  return unfinished.length === 0 && tally.parkedReplies === 0 ? 0 : 1;
}
