import { parseArgs } from 'node:util';
import { z } from 'zod';

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Bounds on everything: a benchmark that is asked for too much ends anyway. */
const schema = z.object({
  quick: z.boolean(),
  profile: z.boolean(),
  seconds: whole(1, 900).optional(),
  clients: whole(1, 5_000).optional(),
  runs: whole(1, 10).optional(),
  minutes: whole(1, 60).optional(),
  orders: whole(1, 5_000_000).optional(),
  backlog: whole(100, 500_000).optional(),
});

export interface BenchOptions {
  /** To see that everything runs, not to judge results. */
  readonly quick: boolean;
  /** The services write profiles, and the heaviest entries are printed. */
  readonly profile: boolean;
  /** How long each measured load lasts, unless a section says otherwise. */
  readonly seconds: number;
  /** Before each measured load, and not counted; 0: there is none. */
  readonly warmUpSeconds: number;
  /** Connections of the loads whose number of clients is not their subject. */
  readonly clients: number;
  /** Repetitions of what is compared. */
  readonly runs: number;
  /** Length of the run that watches memory; 0: left out. */
  readonly minutes: number;
  /** Orders in the larger of the tables that are read from; undefined: the section's own number. */
  readonly orders: number | undefined;
  /** Orders that wait before they are drained. */
  readonly backlog: number;
}

export interface Command {
  readonly options: BenchOptions;
  /** Those that are asked for, in the order of asking; empty: all. */
  readonly sections: readonly string[];
}

/** @throws Error that says what is wrong with the arguments. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      clients: { type: 'string' },
      runs: { type: 'string' },
      minutes: { type: 'string' },
      orders: { type: 'string' },
      backlog: { type: 'string' },
    },
  });
  const parsed = schema.safeParse(values);
  if (!parsed.success)
    throw new Error(
      parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'),
    );
  const { quick, profile, orders, ...given } = parsed.data;
  return {
    sections: positionals,
    options: {
      quick,
      profile,
      orders,
      seconds: given.seconds ?? (quick ? 2 : 60),
      warmUpSeconds: quick ? 0 : 10,
      clients: given.clients ?? 64,
      runs: given.runs ?? 1,
      minutes: given.minutes ?? 0,
      backlog: given.backlog ?? (quick ? 300 : 50_000),
    },
  };
}
