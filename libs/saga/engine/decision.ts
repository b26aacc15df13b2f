import type { MessageType } from '#libs/contracts/message-type.js';
import type { Reason } from '../definition/reason.js';
import type { Contradiction } from './contradictions.js';
import type { Ignored } from './ignored.js';
import type { SagaInstance } from './instance.js';
import type { TimelineEntry } from './timeline.js';

/** What the engine cannot know by itself and gets with each input, so that the same input always decides the same. */
export interface Given {
  readonly at: Date;
  /** In [0, 1). */
  readonly jitter: number;
  /** The id of the command that is asked next, should one be. Used at most once. */
  readonly nextCommandId: string;
}

export type SagaInput =
  | (Given & Reply)
  | (Given & DeadlinePassed)
  | (Given & RollBackRequested)
  | (Given & RetryRequested)
  | (Given & ResolveRequested);

export interface Reply {
  readonly type: 'reply';
  readonly messageId: string;
  readonly messageType: string;
  readonly commandId: string;
  readonly data: unknown;
  /** What the saga did for its subject has been undone since, by another saga. */
  readonly calledOff?: boolean;
}

export interface DeadlinePassed {
  readonly type: 'deadline-passed';
  /** The saga's revision when the deadline was seen to be due. */
  readonly revision: number;
}

/** A customer's cancel, or an operator's decision. Honoured before the pivot; after it the saga goes on. */
export interface RollBackRequested {
  readonly type: 'roll-back-requested';
  readonly reason: Reason & { readonly detail: string };
}

/** An operator does not want to wait for the deadline. */
export interface RetryRequested {
  readonly type: 'retry-requested';
  readonly note: string;
}

/** An operator did by hand what the waiting command was to do. Where a step can still be undone, it is undone instead. */
export interface ResolveRequested {
  readonly type: 'resolve-requested';
  readonly note: string;
}

export interface NewSaga<Data> {
  readonly id: string;
  readonly subject: string;
  readonly data: Data;
}

/** What came of an input: the saga as it is now, and what has to happen in the same unit of work. */
export interface Decision<Data, Act> {
  readonly instance: SagaInstance<Data>;
  readonly effects: {
    /** At most one command at a time is asked, so that undoing is newest first, one after the other. */
    readonly ask: Ask | null;
    readonly acts: readonly Act[];
    readonly timeline: readonly TimelineEntry[];
  };
  readonly ignored: Ignored | null;
  readonly contradiction: Contradiction | null;
}

export interface Ask {
  readonly message: MessageType;
  readonly commandId: string;
  readonly data: unknown;
  /** From then on its participant is not to begin it. Null: it has to happen, however late. */
  readonly expiresAt: Date | null;
}
