/** One thing that is wrong with a request, for machines and people. */
export interface RequestError {
  /** JSON pointer (RFC 6901) into the body. Absent when the error is not in the body. */
  readonly pointer?: string;
  /** Query parameter, path parameter or header. Absent when the error is in the body. */
  readonly parameter?: string;
  /** Stable, for programs. */
  readonly code: string;
  readonly detail: string;
}

/** The request cannot be understood: 400, with everything that is wrong with it. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';

  constructor(
    readonly code: string,
    detail: string,
    readonly errors: readonly RequestError[] = [],
  ) {
    super(detail);
  }
}
