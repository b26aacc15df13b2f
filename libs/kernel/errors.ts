/**
 * The three kinds of "no" (docs/glossary.md). A refusal is an answer, a fault passes, a defect is a bug: refusals are
 * mapped to HTTP problems, faults are tried again, defects are parked at once.
 */

/** The business says no. `code` is stable and public: it appears in problem documents and replies. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';

  constructor(
    readonly code: string,
    detail: string,
    /** Machine-readable particulars, safe to show to the caller. */
    readonly particulars: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}

/** Infrastructure failed for now. Trying again may work; nothing about the request itself is wrong. */
export class Fault extends Error {
  override readonly name: string = 'Fault';
}

/** A fault that says nothing about what others will meet: what was asked for is there, and failed at this one thing. */
export class LoneFault extends Fault {
  override readonly name: string = 'LoneFault';
}

/**
 * It may have been done or not, and nobody could be asked. Doing it again is safe only where a repetition is
 * recognised.
 */
export class OutcomeUnknown extends Fault {
  override readonly name: string = 'OutcomeUnknown';

  constructor(
    message: string,
    options?: ErrorOptions,
    /** Machine-readable particulars, safe to show to the caller. */
    readonly particulars: Readonly<Record<string, unknown>> = {},
  ) {
    super(message, options);
  }
}

/** One caller has as much under way as one caller may. Nothing was done; others are served. */
export class TooManyRequests extends Fault {
  override readonly name: string = 'TooManyRequests';
}

/** A statement that has to be true was not. Trying again cannot help; a person has to look. */
export class Defect extends Error {
  override readonly name: string = 'Defect';
}

/** Makes the compiler prove that a switch is exhaustive, and says so loudly if data from outside got past it. */
export function assertNever(value: never, what: string): never {
  throw new Defect(`unexpected ${what}: ${JSON.stringify(value)}`);
}
