import { createInterface } from 'node:readline';
import type { Command } from '../conformance/command.js';
import { madeUpOrder } from './made-up-order.js';
import type { StandInOptions } from './options.js';
import type { TrackedOrder, StandIn } from './stand-in.js';
import { shortId } from './tally.js';

const help = `order [SKU [PIECES [TOKEN]]]   places an order
cancel ID                      its customer changes their mind
again ID                       asks its last command once more, as a new message
show ID                        where it stands
orders                         those that have not ended
quit`;

/** Takes orders from the keyboard until there is no more. */
export async function takeOrders(
  standIn: StandIn,
  options: Pick<StandInOptions, 'sku' | 'token' | 'currency'>,
  print: (line: string) => void,
  ask: (command: Command) => void,
): Promise<void> {
  print(help);
  const onOrder: Readonly<Record<string, (order: TrackedOrder) => void>> = {
    cancel: (order) => standIn.cancel(order),
    again: ({ asked }) => ask(asked),
    show: ({ instance }) => print(JSON.stringify(instance, null, 2)),
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const [verb = '', ...words] = line.trim().split(/\s+/);
    if (verb === 'quit') return;
    if (verb === 'order') print(`order ${shortId(standIn.place(orderOf(words, options)))}`);
    else if (verb === 'orders') for (const { instance } of standIn.unfinished) print(shortId(instance.id));
    else if (verb in onOrder) {
      const order = words[0] === undefined ? undefined : standIn.find(words[0]);
      if (order) onOrder[verb]!(order);
      else print('No order has such an id.');
    } else if (verb !== '') print(help);
  }
}

function orderOf(
  [sku, pieces, token]: readonly string[],
  options: Pick<StandInOptions, 'sku' | 'token' | 'currency'>,
) {
  const order = madeUpOrder({
    skus: sku === undefined ? options.sku : [sku],
    tokens: token === undefined ? options.token.slice(0, 1) : [token],
    currency: options.currency,
  });
  const quantity = Number(pieces);
  return Number.isInteger(quantity) && quantity > 0
    ? { ...order, lines: order.lines.map((line) => ({ ...line, quantity })) }
    : order;
}
