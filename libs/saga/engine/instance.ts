import type { Attention } from './attention.js';
import type { Reason } from '../definition/reason.js';

/**
 * `needs-attention`: somebody should look, and `attention` says why. It goes on being tried; an answer takes the saga out
 * of it.
 * `completed` and `rolled-back` are final.
 */
export const sagaStatuses = [
  'running',
  'rolling-back',
  'needs-attention',
  'completed',
  'rolled-back',
] as const;
export type SagaStatus = (typeof sagaStatuses)[number];

/** One running or finished saga: a value, replaced as a whole by each decision. */
export interface SagaInstance<Data = unknown> {
  readonly id: string;
  /** With `version`: the definition that it began with and keeps. */
  readonly saga: string;
  readonly version: number;
  /** The id of what the saga is about, such as the order. */
  readonly subject: string;
  /** Grows by one with each decision that changed or recorded anything; a timer of an older revision does nothing. */
  readonly revision: number;
  readonly status: SagaStatus;
  readonly data: Data;
  /** Set from the moment the saga began to roll back. */
  readonly reason: Reason | null;
  /** With `needs-attention`; null for a saga that came to need it before this was kept. */
  readonly attention: Attention | null;
  /** Every command that was asked, oldest first; only the last can be waiting. */
  readonly calls: readonly Call[];
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** When the waiting command counts as unanswered. A saga that is not finished always has one. */
  readonly deadlineAt: Date | null;
}

/** One command of one step: what is needed to know its answer, to ask again, and to know whether to undo it. */
export interface Call {
  /** The step's name, which is what survives a change of the definition; never its position. */
  readonly step: string;
  readonly operation: 'action' | 'compensation';
  readonly commandId: string;
  /** ISO 8601, UTC: when it was asked first. */
  readonly askedAt: string;
  readonly attempt: number;
  /** The participant said, for this attempt, that the answer will come later. */
  readonly acknowledged: boolean;
  /**
   * `unanswered`: given up, by silence or because a roll-back was asked for. Its participant may have done it, or may
   * still do it, so it is compensated like one that is done.
   * `by-hand`: an operator did what the command was to do, and its answer is not waited for any more.
   * `given-back`: its participant did it when nobody wanted it any more, and what it did is being given back apart from
   * this saga.
   */
  readonly state: 'waiting' | 'done' | 'refused' | 'unanswered' | 'by-hand' | 'given-back';
  /** The answer that settled it; where it was given up, the one that came too late and said that it was done. */
  readonly answer: string | null;
}

export const isFinished = (instance: SagaInstance): boolean => instance.finishedAt !== null;

export const isRollingBack = (instance: SagaInstance): boolean =>
  instance.reason !== null && !isFinished(instance);

export const waitingCall = (instance: SagaInstance): Call | undefined => {
  const last = instance.calls.at(-1);
  return last?.state === 'waiting' ? last : undefined;
};

/** The command that undoes a step, once it was asked. */
export const undoingOf = (instance: SagaInstance, step: string): Call | undefined =>
  instance.calls.find((call) => call.operation === 'compensation' && call.step === step);

/** What still has to be undone, newest first: asked for, not refused, and not undone or being undone. */
export const callsToCompensate = (instance: SagaInstance): readonly Call[] =>
  instance.calls
    .filter(({ operation, state }) => operation === 'action' && state !== 'refused' && state !== 'given-back')
    .filter(({ step }) => !undoingOf(instance, step))
    .toReversed();
