import type { DataOf } from '#libs/contracts/message-type.js';
import { Defect } from '#libs/kernel/errors.js';
import type { ParticipantCommand, PayloadOf, ReplyTypes } from './participant.js';
import { clockSkewSeconds, untilAnswered, type LimitedPatience, type UnlimitedPatience } from './patience.js';
import type { Compensated, GoOn, KeepWaiting, RollBack } from './reactions.js';
import type { Reason } from './reason.js';

/**
 * A saga as its author writes it. The types hold the rules: every answer of every command that is asked has a reaction;
 * a step before the pivot has a compensation, and says what its participant's silence means; after the pivot there is
 * no way back. `test/architecture/saga-types` proves that breaking one of them does not compile.
 */

/** What every step says. `Reactions` are those that are legal where the step stands. */
interface StepAsk<Data, Command extends ParticipantCommand, Reactions> {
  readonly ask: Command;
  /** The command's payload. Asked again later with the same data, it has to give the same. */
  readonly with: (data: Data) => PayloadOf<Command>;
  readonly on: Reactions;
}

interface StepOptions<Data> {
  /** The step is skipped where this is false. */
  readonly when?: (data: Data) => boolean;
  /** Drops from the data what only this step needs, as soon as it can no longer be asked. */
  readonly forget?: (data: Data) => Data;
}

export interface StepBeforePivot<
  Data,
  Act,
  Code extends string,
  Command extends ParticipantCommand,
  Undo extends ParticipantCommand,
>
  extends
    StepAsk<Data, Command, ReactionsBeforePivot<Data, Act, Code, Command['replies']>>,
    StepOptions<Data> {
  readonly patience: LimitedPatience & { readonly onSilence: RollBack<Data, Act, null, Code> };
  readonly compensate: Compensation<Data, Act, Undo>;
  /**
   * Has the subject give back what the participant says it did after all: after its refusal, or after it found nothing to
   * undo. The saga may be over by then.
   */
  readonly giveBack: (data: Data) => Act;
}

/** What cannot be given up: a compensation, and a step after the pivot. */
interface MustHappen<Data> {
  /** What the saga takes for true once an operator has done it by hand. Default: nothing changes. */
  readonly byHand?: (data: Data) => Data;
}

/** Sent when the step was asked and did not refuse, so it has to agree where there is nothing to undo. */
interface Compensation<Data, Act, Undo extends ParticipantCommand>
  extends StepAsk<Data, Undo, ReactionsToUndoing<Data, Act, Undo['replies']>>, MustHappen<Data> {
  /** Default: {@link untilAnswered}. */
  readonly patience?: UnlimitedPatience;
  /** Whether its participant said that there was nothing to undo. Default: it does not tell. */
  readonly foundNothing?: (data: Data) => boolean;
}

export interface StepAfterPivot<Data, Act, Command extends ParticipantCommand>
  extends
    StepAsk<Data, Command, ReactionsAfterPivot<Data, Act, Command['replies']>>,
    StepOptions<Data>,
    MustHappen<Data> {
  readonly patience: UnlimitedPatience;
}

type ReactionsBeforePivot<Data, Act, Code extends string, Replies extends ReplyTypes> = {
  readonly [Name in keyof Replies]:
    GoOn<Data, Act, DataOf<Replies[Name]>> | RollBack<Data, Act, DataOf<Replies[Name]>, Code> | KeepWaiting;
};

type ReactionsAfterPivot<Data, Act, Replies extends ReplyTypes> = {
  readonly [Name in keyof Replies]: GoOn<Data, Act, DataOf<Replies[Name]>> | KeepWaiting;
};

type ReactionsToUndoing<Data, Act, Replies extends ReplyTypes> = {
  readonly [Name in keyof Replies]: Compensated<Data, Act, DataOf<Replies[Name]>> | KeepWaiting;
};

/** How the saga ends: what happens to its subject, and the kind of timeline entry that tells of it. */
export interface Ends<Data, Act, Code extends string> {
  readonly completed: { readonly recordedAs: string; readonly act: (data: Data) => Act };
  readonly rolledBack: {
    readonly recordedAs: string;
    readonly act: (data: Data, reason: Reason<Code>) => Act;
  };
}

/** Nothing is asked yet. A saga whose pivot comes first only goes forward, and can end in one way. */
export interface Beginning<Data, Act, Code extends string> extends Omit<
  BeforePivot<Data, Act, Code>,
  'pivot'
> {
  pivot(): ForwardOnly<Data, Act>;
}

export interface BeforePivot<Data, Act, Code extends string> {
  step<Command extends ParticipantCommand, Undo extends ParticipantCommand>(
    name: string,
    step: StepBeforePivot<Data, Act, Code, Command, Undo>,
  ): BeforePivot<Data, Act, Code>;
  /** From here only forward. */
  pivot(): AfterPivot<Data, Act, Code>;
}

export interface AfterPivot<Data, Act, Code extends string> {
  step<Command extends ParticipantCommand>(
    name: string,
    step: StepAfterPivot<Data, Act, Command>,
  ): AfterPivot<Data, Act, Code>;
  end(ends: Ends<Data, Act, Code>): SagaDefinition<Data, Act>;
}

export interface ForwardOnly<Data, Act> {
  step<Command extends ParticipantCommand>(
    name: string,
    step: StepAfterPivot<Data, Act, Command>,
  ): ForwardOnly<Data, Act>;
  end(ends: Pick<Ends<Data, Act, never>, 'completed'>): SagaDefinition<Data, Act>;
}

/** The definition as the engine reads it. */
export interface SagaDefinition<Data, Act> {
  readonly name: string;
  readonly version: number;
  readonly steps: readonly Step<Data, Act>[];
  /** `rolledBack` is absent where nothing comes before the pivot. */
  readonly ends: Pick<Ends<Data, Act, string>, 'completed'> & Partial<Ends<Data, Act, string>>;
}

/** One operation of a step, with the particulars of its payload types forgotten. */
export interface Operation<Data, Act> extends MustHappen<Data> {
  readonly ask: ParticipantCommand;
  readonly with: (data: Data) => unknown;
  readonly on: Readonly<Record<string, Reaction<Data, Act>>>;
  readonly patience: LimitedPatience | UnlimitedPatience;
  readonly foundNothing?: (data: Data) => boolean;
}

// A handler of one reply type is kept as a handler of `never`: the engine looks up the one that belongs to the reply.
export type Reaction<Data, Act> =
  GoOn<Data, Act, never> | RollBack<Data, Act, never, string> | KeepWaiting | Compensated<Data, Act, never>;

export interface Step<Data, Act> extends Operation<Data, Act>, StepOptions<Data> {
  readonly name: string;
  readonly afterPivot: boolean;
  /** Present before the pivot. */
  readonly compensate?: Operation<Data, Act>;
  /** Present before the pivot. */
  readonly giveBack?: (data: Data) => Act;
  /** Present before the pivot. */
  readonly onSilence?: RollBack<Data, Act, null, string>;
}

/**
 * Begins a saga's definition; `.end(...)` finishes it. The version changes whenever running instances could not go on
 * with the changed definition; old versions stay registered until none of their instances is active.
 * @throws Defect when two steps have one name: the name is what is persisted; or when a step is given less time than clocks
 * may differ, as its command would expire before it is asked.
 */
export function defineSaga<Data, Act, Code extends string = string>(
  name: string,
  { version }: { readonly version: number },
): Beginning<Data, Act, Code> {
  const begun: Begun<Data, Act> = { name, version, steps: [] };
  return { ...beforePivot(begun), pivot: () => forwardOnly(begun) };
}

interface Begun<Data, Act> {
  readonly name: string;
  readonly version: number;
  readonly steps: readonly Step<Data, Act>[];
}

const beforePivot = <Data, Act, Code extends string>(
  begun: Begun<Data, Act>,
): BeforePivot<Data, Act, Code> => ({
  step: (name, { compensate, patience: { onSilence, ...patience }, ...step }) => {
    if (patience.deadlineSeconds <= clockSkewSeconds) {
      throw new Defect(
        `${begun.name}: ${name} has ${patience.deadlineSeconds} s, no more than clocks may differ`,
      );
    }
    return beforePivot(
      withStep(begun, {
        ...step,
        name,
        patience,
        onSilence,
        afterPivot: false,
        compensate: { ...compensate, patience: compensate.patience ?? untilAnswered },
      }),
    );
  },
  pivot: () => afterPivot(begun),
});

const afterPivot = <Data, Act, Code extends string>(
  begun: Begun<Data, Act>,
): AfterPivot<Data, Act, Code> => ({
  step: (name, step) => afterPivot(withStep(begun, { ...step, name, afterPivot: true })),
  // The codes that reach the end are those of the roll-backs above, and of requests to roll back, which say their detail.
  end: (ends) => ({ ...begun, ends: ends as Ends<Data, Act, string> }),
});

const forwardOnly = <Data, Act>(begun: Begun<Data, Act>): ForwardOnly<Data, Act> => ({
  step: (name, step) => forwardOnly(withStep(begun, { ...step, name, afterPivot: true })),
  end: (ends) => ({ ...begun, ends }),
});

function withStep<Data, Act>(begun: Begun<Data, Act>, step: Step<Data, Act>): Begun<Data, Act> {
  if (begun.steps.some((other) => other.name === step.name)) {
    throw new Defect(`${begun.name} has two steps called ${step.name}`);
  }
  return { ...begun, steps: [...begun.steps, step] };
}
