/** How long an answer is waited for. A deadline grows twofold per attempt, up to `growingToSeconds` where that is given. */
export interface Patience {
  readonly deadlineSeconds: number;
  readonly growingToSeconds?: number;
}

/** Patience that ends: after the last attempt's deadline the step counts as unanswered. */
export interface LimitedPatience extends Patience {
  readonly attempts: number;
  readonly alertAfterAttempts?: never;
}

/** Patience without end: asked until it answers. */
export interface UnlimitedPatience extends Patience {
  /** After so many unanswered attempts the saga becomes `needs-attention`; asking goes on. */
  readonly alertAfterAttempts: number;
  readonly attempts?: never;
}

/** For what has to happen: asked after 5, 10, 20, 40, 60, 60 ... seconds; people hear of it after about seven minutes. */
export const untilAnswered: UnlimitedPatience = {
  deadlineSeconds: 5,
  growingToSeconds: 60,
  alertAfterAttempts: 10,
};

/** The share of a deadline that jitter may add, so that what failed together is not asked again together. */
const jitterShare = 0.2;

/**
 * When the attempt that is made at `at` will have gone unanswered.
 * @param jitter in [0, 1). It only ever lengthens a deadline: nobody is given less time than the definition says.
 */
export function deadlineOf(patience: Patience, attempt: number, at: Date, jitter: number): Date {
  const cap = patience.growingToSeconds ?? patience.deadlineSeconds;
  const seconds = Math.min(cap, patience.deadlineSeconds * 2 ** (attempt - 1));
  return new Date(at.getTime() + Math.round(seconds * (1 + jitterShare * jitter) * 1000));
}

/** How far apart the clocks of sender and participant may be. A deadline of limited patience is longer. */
export const clockSkewSeconds = 5;

/**
 * The time from which the attempt made at `at` is not to be begun any more: when its step will be given up, jitter aside,
 * less {@link clockSkewSeconds}. Only for limited patience, as what has to happen never expires: a refund that did would
 * keep money for ever.
 */
export function expiryOf(patience: LimitedPatience, attempt: number, at: Date): Date {
  let givenUpAt = deadlineOf(patience, attempt, at, 0);
  for (let next = attempt + 1; next <= patience.attempts; next += 1) {
    givenUpAt = deadlineOf(patience, next, givenUpAt, 0);
  }
  return new Date(givenUpAt.getTime() - clockSkewSeconds * 1000);
}
