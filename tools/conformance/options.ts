import { parseArgs } from 'node:util';
import { z } from 'zod';
import { participantQueues } from './duties.js';
import { minPieces } from './inventory/inventory-under-test.js';
import { restartBy } from './restart.js';
import type { RunOptions } from './run.js';
import type { WireOptions } from './wire.js';

export const usage = `Usage: npm run conformance -- --queue inventory.commands --sku SKU --stock PIECES [OPTIONS]
       npm run conformance -- --queue payment.commands [OPTIONS]

Plays order-service's side on a broker and looks whether the participant behind the queue does its duties, which
docs/participants.md lists. Use a broker, or a virtual host, without order-service.

  --broker URL            amqp://user:password@host:port/vhost; default RABBITMQ_URL
  --sku SKU               inventory: a product with ${minPieces} to 900000 pieces that can be reserved, and nobody else orders
  --stock PIECES          inventory: how many of it can be reserved
  --token-ok TOKEN        payment: what is charged without ado; default tok_ok
  --token-declined TOKEN  payment: what is declined; default tok_declined, none: there is no such token
  --token-pending TOKEN   payment: what is settled later; default tok_pending, or none
  --token-slow TOKEN      payment: what takes a second or more; default tok_slow, or none
  --currency CODE         payment: default USD
  --settle-seconds N      payment: how long a pending payment may take; default 60
  --restart COMMAND       kills the participant (SIGKILL) and starts it again; it is run several times. Without it the duties
                          about that are left out
  --restart-seconds N     how long the participant may take after that until it answers; default 60
  --only DUTY             just this duty; may be given again
  --timeout-seconds N     how long an answer may take; default 10
  --quiet-seconds N       how long to wait for answers that must not come; default 0.5
  --replies QUEUE         an existing queue to read from instead of one of its own, bound to saga.replies with both of its
                          routing keys
  --shared                go on although somebody else reads the replies on this broker
  --json                  findings as JSON

Exit codes: 0 all duties are done, 1 some are not, 2 nothing could be looked at.`;

const seconds = (min: number, max: number) => z.coerce.number().min(min).max(max);
const token = z.string().transform((value) => (value === 'none' ? undefined : value));

const schema = z.object({
  queue: z.enum(Object.keys(participantQueues) as (keyof typeof participantQueues)[]),
  broker: z.url({ protocol: /^amqps?$/, error: 'is not an amqp:// URL; there is no RABBITMQ_URL either' }),
  sku: z.string().min(1).max(64).optional(),
  stock: z.coerce.number().int().min(minPieces).max(900_000).optional(),
  'token-ok': z.string().default('tok_ok'),
  'token-declined': token.default('tok_declined'),
  'token-pending': token.default('tok_pending'),
  'token-slow': token.default('tok_slow'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD'),
  'settle-seconds': seconds(1, 600).default(60),
  only: z.array(z.string()).optional(),
  'timeout-seconds': seconds(0.1, 300).default(10),
  'quiet-seconds': seconds(0.05, 60).default(0.5),
  restart: z.string().min(1).optional(),
  'restart-seconds': seconds(1, 600).default(60),
  replies: z.string().optional(),
  shared: z.boolean().default(false),
  json: z.boolean().default(false),
});

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  queue: text,
  broker: text,
  sku: text,
  stock: text,
  currency: text,
  replies: text,
  'token-ok': text,
  'token-declined': text,
  'token-pending': text,
  'token-slow': text,
  'settle-seconds': text,
  'timeout-seconds': text,
  'quiet-seconds': text,
  restart: text,
  'restart-seconds': text,
  only: { type: 'string', multiple: true } as const,
  shared: flag,
  json: flag,
  help: flag,
};

/** The command line makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Options {
  readonly run: RunOptions;
  readonly wire: WireOptions;
  readonly json: boolean;
}

/** @returns null when help was asked for. @throws UsageError */
export function readOptions(args: readonly string[], brokerUrl: string | undefined): Options | null {
  const given = parsed(args);
  if (given['help']) return null;
  const checked = schema.safeParse({ broker: brokerUrl, ...given });
  if (!checked.success) {
    throw new UsageError(
      checked.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'),
    );
  }
  const options = checked.data;
  const { restart } = options;
  return {
    json: options.json,
    wire: {
      brokerUrl: options.broker,
      commands: participantQueues[options.queue],
      repliesFrom: options.replies,
      shared: options.shared,
    },
    run: {
      timeouts: { answerSeconds: options['timeout-seconds'], quietSeconds: options['quiet-seconds'] },
      only: options.only,
      restart: restart === undefined ? undefined : () => restartBy(restart),
      restartSeconds: options['restart-seconds'],
      participant: participantIn(options),
    },
  };
}

function participantIn(options: z.infer<typeof schema>): RunOptions['participant'] {
  const { queue, sku, stock, currency } = options;
  if (queue === 'payment.commands') {
    const tokens = {
      ok: options['token-ok'],
      declined: options['token-declined'],
      pending: options['token-pending'],
      slow: options['token-slow'],
    };
    return { queue, tokens, currency, settleSeconds: options['settle-seconds'] };
  }
  if (sku === undefined || stock === undefined) {
    throw new UsageError(
      'inventory.commands needs --sku and --stock: a product, and how many of it there are',
    );
  }
  return { queue, sku, stock };
}

function parsed(args: readonly string[]): Record<string, unknown> {
  try {
    return parseArgs({ args: [...args], options: known, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
