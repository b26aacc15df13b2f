import { isDeepStrictEqual } from 'node:util';
import type { SagaInstance, SagaStatus } from '../engine/instance.js';
import type { Decision } from '../engine/decision.js';

/**
 * What an input comes to, as far as a running saga, its participants and its subject can tell. Left out: when deadlines
 * pass, sentences for people, and ids, so that a definition may change them.
 */
export type Essence = 'ignored' | { readonly fails: string } | Taken;

interface Taken {
  readonly status: SagaStatus;
  readonly asks?: string;
  readonly payload?: unknown;
  readonly acts?: readonly unknown[];
  /** The code. */
  readonly reason?: string;
  /** Members of the data that are not what they were. */
  readonly remembers?: Readonly<Record<string, unknown>>;
}

/** @param before null: the saga begins. */
export function essenceOf<Data, Act>(
  before: SagaInstance<Data> | null,
  { instance, effects, ignored, contradiction }: Decision<Data, Act>,
): Essence {
  // An answer that contradicts does not move a running saga, and what is done about it is the same for every version.
  if (ignored || contradiction) return 'ignored';
  const { status, reason } = instance;
  const changes = before === null ? {} : changed(before.data, instance.data);
  return {
    status,
    ...(effects.ask && { asks: effects.ask.message.type, payload: stored(effects.ask.data) }),
    ...(effects.acts.length > 0 && { acts: effects.acts.map((act) => stored(withoutSentences(act))) }),
    ...(reason && { reason: reason.code }),
    ...(Object.keys(changes).length > 0 && { remembers: changes }),
  };
}

function changed(before: unknown, after: unknown): Record<string, unknown> {
  const [old, now] = [before, after].map((data) => stored(data) as Record<string, unknown>);
  const names = new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})]);
  return Object.fromEntries(
    [...names]
      .filter((name) => !isDeepStrictEqual(old?.[name], now?.[name]))
      .map((name) => [name, now?.[name] ?? null]),
  );
}

/** `detail` is what sentences for people are called, wherever one goes along with a code. */
function withoutSentences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSentences);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'detail')
      .map(([name, member]) => [name, withoutSentences(member)]),
  );
}

/** As it comes back from a JSON column. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
