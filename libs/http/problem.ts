import type { RequestError } from './bad-request.js';

/** What went wrong, for programs and people (RFC 9457). Never says more than the caller may know. */
export interface Problem {
  /** Names the kind of problem; the code, as a URI reference. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Stable; what clients branch on. */
  readonly code: string;
  readonly errors?: readonly RequestError[];
  /** To be named when asking for help: it is in our logs. */
  readonly traceId?: string;
  /** Particulars of a refusal. */
  readonly [particular: string]: unknown;
}

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every code that an app answers with, and how HTTP says it. */
export type ProblemCatalogue = Readonly<Record<string, ProblemKind>>;

/** Problems that any route can have, whatever the app is about. */
export const generalProblems = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'invalid-json': { status: 400, title: 'The body is not acceptable JSON' },
  'invalid-cursor': { status: 400, title: 'Not a cursor for this list' },
  'invalid-idempotency-key': { status: 400, title: 'Not an idempotency key' },
  unauthorized: { status: 401, title: 'A valid token is required' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'Not a method of this resource' },
  'request-timeout': { status: 408, title: 'The request did not come to an end' },
  conflict: { status: 409, title: 'In conflict with what is there' },
  'precondition-failed': { status: 412, title: 'It has changed in the meantime' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'Only application/json is understood' },
  'expectation-failed': { status: 417, title: 'Nothing is expected but to continue' },
  'unprocessable-content': { status: 422, title: 'Understood, and refused' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'Something is wrong on our side' },
  'outcome-unknown': { status: 500, title: 'It is not known whether this was done' },
  'not-implemented': { status: 501, title: 'Not a part of HTTP that is served here' },
  unavailable: { status: 503, title: 'Not at the moment' },
  'version-not-supported': { status: 505, title: 'Only HTTP/1.1 is spoken here' },
} as const satisfies ProblemCatalogue;

export type GeneralProblem = keyof typeof generalProblems;

const codeByStatus = new Map<number, GeneralProblem>(
  // In reverse, so that of several codes with one status the first one stays.
  (Object.entries(generalProblems) as [GeneralProblem, ProblemKind][])
    .reverse()
    .map(([code, { status }]) => [status, code]),
);

/** The code for an HTTP error of which only the status is known. */
export function codeOfStatus(status: number): GeneralProblem {
  return codeByStatus.get(status) ?? (status < 500 ? 'invalid-request' : 'internal-error');
}

export const problemType = (code: string): string => `/problems/${code}`;
