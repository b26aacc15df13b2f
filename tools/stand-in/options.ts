import { parseArgs } from 'node:util';
import { z } from 'zod';

export const usage = `Usage: npm run stand-in -- --sku SKU [OPTIONS]

Plays order-service for a participant that is being written: makes orders up and carries each to its end with the saga of
order-service, in memory. Use a broker, or a virtual host, without order-service. What it reserves and charges stays so.

  --broker URL          amqp://user:password@host:port/vhost; default RABBITMQ_URL
  --for PARTICIPANT     inventory, payment or both; what is not there is played, and agrees to everything. Default both
  --sku SKU             a product that can be ordered; may be given again
  --token TOKEN         what customers pay with; may be given again. Default tok_ok, tok_declined
  --currency CODE       default USD
  --orders N            default 20, at most 100000
  --per-second N        default 2, at most 200; never more than 50 under way
  --duplicates SHARE    of commands sent twice, 0 to 1; default 0.1
  --losses SHARE        of commands that get lost; default 0.05
  --delays SHARE        of commands held back, up to --delay-seconds (default 10); default 0.05
  --redeliveries SHARE  of commands that come marked as redelivered; default 0.05
  --broken SHARE        of commands that come with one beside them that cannot be read: of another version or an unknown
                        type, with data that its schema refuses or without any, not JSON; default 0.05
  --cancel SHARE        of orders that their customer cancels in a hurry; default 0.1
  --hurry N             how many times as fast deadlines pass; default 10: what is 30 s to order-service is 3 s here
  --restart COMMAND     kills a participant (SIGKILL) and starts it again, while orders are under way
  --restart-every N     seconds between one restart and the next; default 5
  --settle-seconds N    how long after the last order the books are asked for; default 5
  --seconds N           gives up on what has not ended; default 120
  --interactive         takes orders from the keyboard instead, and tells all that happens
  --verbose             tells all that happens
  --shared              go on although somebody else reads the replies on this broker

In the end each participant is asked for its books, which have to agree with what it has answered, and what could not be
read has to be in its parking lot, unanswered. It is taken out of there.

Exit codes: 0 every order has ended and the books agree, 1 some have not, a reply would have been parked, an answer
contradicts one before it, a book says otherwise, or what cannot be read was not parked, 2 nothing could be begun.`;

const share = z.coerce.number().min(0).max(1);
const number = (min: number, max: number) => z.coerce.number().min(min).max(max);

const schema = z.object({
  broker: z.url({ protocol: /^amqps?$/, error: 'is not an amqp:// URL; there is no RABBITMQ_URL either' }),
  for: z.enum(['inventory', 'payment', 'both']).default('both'),
  sku: z.array(z.string().min(1).max(64)).min(1),
  token: z.array(z.string()).default(['tok_ok', 'tok_declined']),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD'),
  orders: number(1, 100_000).default(20),
  'per-second': number(0.01, 200).default(2),
  duplicates: share.default(0.1),
  losses: share.default(0.05),
  delays: share.default(0.05),
  'delay-seconds': number(0, 600).default(10),
  redeliveries: share.default(0.05),
  broken: share.default(0.05),
  cancel: share.default(0.1),
  hurry: number(0.1, 100).default(10),
  restart: z.string().min(1).optional(),
  'restart-every': number(0.1, 3600).default(5),
  'settle-seconds': number(0, 600).default(5),
  seconds: number(1, 86_400).default(120),
  interactive: z.boolean().default(false),
  verbose: z.boolean().default(false),
  shared: z.boolean().default(false),
});
export type StandInOptions = z.infer<typeof schema>;

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;
const known = {
  broker: text,
  for: text,
  sku: texts,
  token: texts,
  currency: text,
  orders: text,
  'per-second': text,
  duplicates: text,
  losses: text,
  delays: text,
  'delay-seconds': text,
  redeliveries: text,
  broken: text,
  cancel: text,
  hurry: text,
  restart: text,
  'restart-every': text,
  'settle-seconds': text,
  seconds: text,
  interactive: flag,
  verbose: flag,
  shared: flag,
  help: flag,
};

/** @returns null when help was asked for; a sentence when the command line makes no sense. */
export function readOptions(
  args: readonly string[],
  broker: string | undefined,
): StandInOptions | string | null {
  try {
    const given = parseArgs({ args: [...args], options: known, strict: true }).values;
    if (given.help) return null;
    const checked = schema.safeParse({ broker, ...given });
    if (checked.success) return checked.data;
    return checked.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
