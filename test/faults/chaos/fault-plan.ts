import { pick, type Random } from '../../support/random.js';

/** What may be done to a thing, and how often in proportion. */
const kinds = {
  service: { killed: 4, frozen: 4, 'frozen with rows': 3, 'asked to end': 3 },
  participant: { silent: 1 },
  database: { killed: 2, frozen: 1 },
  broker: { killed: 2, frozen: 1 },
  line: { cut: 6, stalled: 3, delayed: 3, 'slowed down': 2, refused: 2, lost: 3 },
  'database line': { 'lost at a COMMIT': 3 },
  'broker line': { 'confirms late': 2 },
  row: { held: 3 },
  caller: {
    waits: 1,
    'withholds bodies': 1,
    'leaves answers unread': 1,
    'idles on connections': 1,
    bursts: 1,
  },
} as const;

export type Thing = keyof typeof kinds;
export type FaultKind = {
  [T in Thing]: { [K in keyof (typeof kinds)[T]]: `${T} ${K & string}` }[keyof (typeof kinds)[T]];
}[Thing];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** The name of what is broken; of several that are broken together, all their names. */
  readonly target: string;
  /** Since the beginning of the run. */
  readonly atMs: number;
  /** How long it stays broken. */
  readonly lastsMs: number;
  /** What the target needs afterwards to be itself again; until then it is left alone, or nothing would ever get done. */
  readonly recoveryMs: number;
}

export type Targets = Readonly<Record<Thing, readonly string[]>>;

const together = ' + ';

/** One name for things that are broken together. */
export const nameTogether = (names: readonly string[]): string => names.join(together);

export const partsOf = (target: string): readonly string[] => target.split(together);

const seconds = (random: Random, least: number, most: number): number =>
  Math.round(1000 * (least + random() * (most - least)));

/** Some processes sleep longer than a lease (10 s) and a lost heartbeat (20 s), so that others take over their work. */
const sleeps = (random: Random): number => (random() < 0.6 ? seconds(random, 1, 5) : seconds(random, 10, 25));

/** Sagas wait a quarter of the usual time here: three times 7.5 s. */
export const sagaTimeScale = 4;
const beyondPatience = (random: Random): number => seconds(random, 25, 32);

const pesters = (random: Random): number => seconds(random, 4, 15);

const lasts: Readonly<Record<FaultKind, (random: Random) => number>> = {
  'service killed': (random) => seconds(random, 0, 5),
  'service frozen': sleeps,
  // Longer than an idle transaction may be (10 s), and than anybody waits for a row.
  'service frozen with rows': (random) => seconds(random, 12, 20),
  'service asked to end': (random) => seconds(random, 0, 3),
  'participant silent': beyondPatience,
  'database killed': (random) => seconds(random, 0, 8),
  'database frozen': (random) => seconds(random, 3, 15),
  'broker killed': (random) => seconds(random, 0, 8),
  'broker frozen': (random) => seconds(random, 3, 15),
  'line cut': () => 0,
  'line stalled': (random) => seconds(random, 1, 15),
  'line delayed': (random) => seconds(random, 2, 10),
  'line slowed down': (random) => seconds(random, 2, 8),
  'line refused': (random) => seconds(random, 1, 8),
  // Longer than statements, heartbeats and confirms are waited for; some only until whoever lost one looks again.
  'line lost': (random) => (random() < 0.5 ? 0 : seconds(random, 10, 25)),
  'database line lost at a COMMIT': (random) => seconds(random, 2, 8),
  'broker line confirms late': (random) => seconds(random, 15, 25),
  'row held': (random) => seconds(random, 3, 20),
  'caller waits': pesters,
  'caller withholds bodies': pesters,
  'caller leaves answers unread': pesters,
  'caller idles on connections': pesters,
  'caller bursts': () => 0,
};

export const faultKinds = Object.keys(lasts) as FaultKind[];

const recoveryOf: Readonly<Record<Thing, number>> = {
  service: 6_000,
  participant: 6_000,
  database: 12_000,
  broker: 15_000,
  line: 2_000,
  'database line': 2_000,
  'broker line': 2_000,
  row: 1_000,
  caller: 1_000,
};

/** Time for the load to begin, and between two faults. */
const firstAtMs = 3_000;
const gap = (random: Random): number => seconds(random, 0.3, 3);

interface Choice {
  readonly thing: Thing;
  readonly kind: FaultKind;
}

const choices = (Object.keys(kinds) as Thing[]).flatMap((thing) =>
  Object.entries<number>(kinds[thing]).flatMap(([what, weight]) =>
    Array<Choice>(weight).fill({ thing, kind: `${thing} ${what}` as FaultKind }),
  ),
);

/**
 * The faults of a run, in the order of their beginning. The same seed plans the same; all are over by `lengthMs`. None
 * comes again before all others have come as often as their share: even rare ones come in a short run.
 */
export function planFaults(random: Random, targets: Targets, lengthMs: number): PlannedFault[] {
  const busyUntilMs = new Map<string, number>();
  const plan: PlannedFault[] = [];
  let left: Choice[] = [];
  for (let atMs = firstAtMs; atMs < lengthMs; atMs += gap(random)) {
    if (left.length === 0) left = [...choices];
    const choice = pick(random, left);
    const { thing, kind } = choice;
    const target = pick(random, targets[thing]);
    const lastsMs = Math.min(lasts[kind](random), lengthMs - atMs);
    if (partsOf(target).some((part) => (busyUntilMs.get(part) ?? 0) > atMs)) continue;
    left.splice(left.indexOf(choice), 1);
    const recoveryMs = recoveryOf[thing];
    for (const part of partsOf(target)) busyUntilMs.set(part, atMs + lastsMs + recoveryMs);
    plan.push({ kind, target, atMs, lastsMs, recoveryMs });
  }
  return plan;
}
