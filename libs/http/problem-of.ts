import { HttpException } from '@nestjs/common';
import { Fault, OutcomeUnknown, Refusal, TooManyRequests } from '#libs/kernel/errors.js';
import { BadRequest } from './bad-request.js';
import {
  codeOfStatus,
  generalProblems,
  problemType,
  type GeneralProblem,
  type Problem,
  type ProblemCatalogue,
} from './problem.js';

export interface Answer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

const unknown =
  'Look at what this was about before you ask again. With an Idempotency-Key, the same request is safe.';

/** Long enough for a lost connection to be back, short enough not to keep a customer. */
const comeAgain = { 'retry-after': '2' };

/** What the caller gets to know of an error. Whatever is not meant for callers becomes `internal-error`. */
export function problemOf(error: unknown, catalogue: ProblemCatalogue): Answer {
  if (error instanceof BadRequest) {
    const { code, message, errors } = error;
    const kind = generalProblems[code as GeneralProblem] ?? generalProblems['invalid-request'];
    return answer(code, kind, message, errors.length > 0 ? { errors } : {});
  }
  if (error instanceof Refusal) {
    const kind = catalogue[error.code];
    return kind ? answer(error.code, kind, error.message, error.particulars) : general('internal-error');
  }
  if (error instanceof TooManyRequests) {
    return {
      ...general(
        'too-many-requests',
        'you have as much under way as one caller may; please wait for answers',
      ),
      headers: comeAgain,
    };
  }
  // Without Retry-After: a client that obeyed it would do the same thing twice.
  if (error instanceof OutcomeUnknown) {
    return answer('outcome-unknown', generalProblems['outcome-unknown'], unknown, error.particulars);
  }
  // Overloaded is a fault, too: nothing was done, come again.
  if (error instanceof Fault) {
    return { ...general('unavailable', 'please try again in a moment'), headers: comeAgain };
  }
  if (error instanceof HttpException) return ofHttpException(error);
  return general('internal-error');
}

function ofHttpException(exception: HttpException): Answer {
  const status = exception.getStatus();
  const code = codeOfStatus(status);
  const { title } = generalProblems[code];
  const { problem } = answer(code, { status, title }, detailOf(exception, status));
  return { problem, headers: headersOf(status) };
}

function headersOf(status: number): Readonly<Record<string, string>> {
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  return status === 503 || status === 429 ? comeAgain : {};
}

/** Messages of client errors are written for clients, by us or by Nest; those of our failures are not. */
function detailOf(exception: HttpException, status: number): string | undefined {
  if (status >= 500) return undefined;
  // Nest's and Fastify's texts for what has no route repeat the address, which is the client's own.
  return status === 404 ? undefined : exception.message;
}

/** What needs no error to be told. */
export const general = (code: GeneralProblem, detail?: string): Answer =>
  answer(code, generalProblems[code], detail);

function answer(
  code: string,
  { status, title }: { readonly status: number; readonly title: string },
  detail?: string,
  more: Readonly<Record<string, unknown>> = {},
): Answer {
  return {
    problem: { ...more, type: problemType(code), title, status, ...(detail && { detail }), code },
    headers: {},
  };
}
