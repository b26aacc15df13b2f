import { pick, type Random } from '../../support/random.js';

/** What may be done to a thing, and how often in proportion. */
const kinds = {
  service: { killed: 4, frozen: 4, 'asked to end': 3 },
  database: { killed: 2 },
  broker: { killed: 2 },
  line: { cut: 6, stalled: 3, delayed: 3, 'slowed down': 2, refused: 2 },
} as const;

export type Thing = keyof typeof kinds;
export type FaultKind = {
  [T in Thing]: { [K in keyof (typeof kinds)[T]]: `${T} ${K & string}` }[keyof (typeof kinds)[T]];
}[Thing];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** The name of what is broken. */
  readonly target: string;
  /** Since the beginning of the run. */
  readonly atMs: number;
  /** How long it stays broken. */
  readonly lastsMs: number;
  /** What the target needs afterwards to be itself again; until then it is left alone, or nothing would ever get done. */
  readonly recoveryMs: number;
}

export type Targets = Readonly<Record<Thing, readonly string[]>>;

const seconds = (random: Random, least: number, most: number): number =>
  Math.round(1000 * (least + random() * (most - least)));

/** Some processes sleep longer than a lease (10 s) and a lost heartbeat (20 s), so that others take over their work. */
const sleeps = (random: Random): number => (random() < 0.6 ? seconds(random, 1, 5) : seconds(random, 10, 25));

const lasts: Readonly<Record<FaultKind, (random: Random) => number>> = {
  'service killed': (random) => seconds(random, 0, 5),
  'service frozen': sleeps,
  'service asked to end': (random) => seconds(random, 0, 3),
  'database killed': (random) => seconds(random, 0, 8),
  'broker killed': (random) => seconds(random, 0, 8),
  'line cut': () => 0,
  'line stalled': (random) => seconds(random, 1, 15),
  'line delayed': (random) => seconds(random, 2, 10),
  'line slowed down': (random) => seconds(random, 2, 8),
  'line refused': (random) => seconds(random, 1, 8),
};

const recoveryOf: Readonly<Record<Thing, number>> = {
  service: 6_000,
  database: 12_000,
  broker: 15_000,
  line: 2_000,
};

/** Time for the load to begin, and between two faults. */
const firstAtMs = 3_000;
const gap = (random: Random): number => seconds(random, 0.3, 3);

/** The faults of a run, in the order of their beginning. The same seed plans the same; all are over by `lengthMs`. */
export function planFaults(random: Random, targets: Targets, lengthMs: number): PlannedFault[] {
  const choices = (Object.keys(kinds) as Thing[]).flatMap((thing) =>
    Object.entries<number>(kinds[thing]).flatMap(([what, weight]) =>
      Array<{ thing: Thing; kind: FaultKind }>(weight).fill({ thing, kind: `${thing} ${what}` as FaultKind }),
    ),
  );
  const busyUntilMs = new Map<string, number>();
  const plan: PlannedFault[] = [];
  for (let atMs = firstAtMs; atMs < lengthMs; atMs += gap(random)) {
    const { thing, kind } = pick(random, choices);
    const target = pick(random, targets[thing]);
    const lastsMs = Math.min(lasts[kind](random), lengthMs - atMs);
    if ((busyUntilMs.get(target) ?? 0) > atMs) continue;
    const recoveryMs = recoveryOf[thing];
    busyUntilMs.set(target, atMs + lastsMs + recoveryMs);
    plan.push({ kind, target, atMs, lastsMs, recoveryMs });
  }
  return plan;
}
