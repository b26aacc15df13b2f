/** A profile as V8 writes it, as far as it is read here. */
export interface CpuProfile {
  /** Microseconds of the system's monotonic clock, which all processes share. */
  readonly startTime: number;
  readonly endTime: number;
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface Entry {
  readonly name: string;
  readonly ms: number;
  /** Of the time in which the process was not idle. */
  readonly share: number;
}

export interface ProfileSummary {
  readonly busyMs: number;
  readonly idleMs: number;
  /** Self time, the heaviest first: by package or file of ours, and by function. */
  readonly places: readonly Entry[];
  readonly functions: readonly Entry[];
}

/** By the same clock. */
export interface TimeSpan {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Where a process spent its time: in the functions themselves, not in those that they called. */
export function summarise(
  profile: CpuProfile,
  { fromUs, toUs }: TimeSpan = { fromUs: 0, toUs: Infinity },
): ProfileSummary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  let [busyUs, idleUs] = [0, 0];
  let atUs = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const frame = nodes.get(id)!;
    atUs += profile.timeDeltas[index]!;
    if (atUs < fromUs || atUs >= toUs) continue;
    // The time until the next sample belongs to this one.
    const us = Math.max(0, profile.timeDeltas[index + 1] ?? 0);
    if (frame.functionName === '(idle)') {
      idleUs += us;
      continue;
    }
    busyUs += us;
    const place = placeOf(frame.url, frame.functionName);
    const name = `${frame.functionName || '(anonymous)'}  ${place}:${frame.lineNumber + 1}`;
    places.set(place, (places.get(place) ?? 0) + us);
    functions.set(name, (functions.get(name) ?? 0) + us);
  }
  const entries = (times: ReadonlyMap<string, number>): Entry[] =>
    [...times].map(([name, us]) => ({ name, ms: us / 1000, share: us / busyUs })).sort((a, b) => b.ms - a.ms);
  return {
    busyMs: busyUs / 1000,
    idleMs: idleUs / 1000,
    places: entries(places),
    functions: entries(functions),
  };
}

/** `mysql2`, `libs/persistence/unit-of-work/group-committer.js`, `node:net`, `(garbage collector)`. */
export function placeOf(url: string, functionName: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url);
  if (dependency) return dependency[1]!;
  return /\/dist\/(.+)$/.exec(url)?.[1] ?? url;
}
