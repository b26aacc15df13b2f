import type { AnySagaDefinition } from '../definition/saga-definitions.js';
import type { SagaStatus } from '../engine/instance.js';
import type { Call } from '../engine/instance.js';
import type { Reason } from '../definition/reason.js';
import type { Essence } from './essence.js';

/**
 * What a version of a saga does in every state that an instance can be in: committed beside the definition, and replayed
 * against the code of today, which instances of that version still run on. Written by `npm run generate`.
 */
export interface Recording {
  readonly saga: string;
  readonly version: number;
  /** Every answer that was tried in every state, by what the recording calls it. */
  readonly replies: Readonly<Record<string, RecordedReply>>;
  /** What instances remember, by what the recording calls it. */
  readonly data: Readonly<Record<string, unknown>>;
  /** As in the column `calls`, but for the command's id, which is its place. */
  readonly calls: Readonly<Record<string, Omit<Call, 'commandId'>>>;
  /** What beginning with some data leads to. */
  readonly begins: Readonly<Record<string, Essence>>;
  readonly instances: readonly RecordedInstance[];
}

export interface RecordedReply {
  readonly type: string;
  readonly data: unknown;
}

export interface RecordedInstance {
  /** The shortest way here. */
  readonly way: string;
  readonly status: SagaStatus;
  readonly reason: Reason | null;
  readonly data: string;
  readonly calls: readonly string[];
  /** What it does about each input that it does not ignore. It ignores all others. */
  readonly takes: Readonly<Record<string, Essence>>;
}

/** Where the walk begins, and what participants may answer. */
export interface SagaSamples<Data = unknown> {
  readonly begunWith: Readonly<Record<string, Data>>;
  /** By message type. Default: one answer without data. */
  readonly answers: Readonly<Record<string, readonly unknown[]>>;
}

export const keyOf = ({ name, version }: Pick<AnySagaDefinition<unknown>, 'name' | 'version'>): string =>
  `${name} version ${version}`;
