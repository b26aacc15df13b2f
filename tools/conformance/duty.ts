/**
 * One thing that a participant owes its orchestrator, and the check that shows it. The name is what `--only` takes and
 * what docs/participants.md lists; the sentence is the duty as its page says it.
 */
export interface Duty<On> {
  readonly name: string;
  readonly sentence: string;
  /** A participant conforms without it. */
  readonly optional?: true;
  /** @returns the option that is missing where the duty cannot be checked. */
  readonly unless?: (on: On) => string | undefined;
  /** Duties through which it looks: where one of them is not done, this one cannot be judged. */
  readonly standsOn?: readonly string[];
  /** @throws DutyBroken */
  readonly check: (on: On) => Promise<void>;
}

/** The participant does not do a duty. */
export class DutyBroken extends Error {
  override readonly name = 'DutyBroken';

  constructor(
    readonly expected: string,
    readonly came: string,
    /** Nothing came at all: the participant may be gone. */
    readonly silence = false,
  ) {
    super(`expected ${expected}; came ${came}`);
  }
}

/** @throws DutyBroken unless it is so. */
export function owed(isSo: boolean, expected: string, came: string): void {
  if (!isSo) throw new DutyBroken(expected, came);
}
