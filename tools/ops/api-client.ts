import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { OpsError } from './ops-error.js';

export interface ApiClient {
  /** @throws OpsError with the problem in words. */
  get<Body>(path: string, query?: Query): Promise<Body>;
  /** Sent with an idempotency key of its own: what is sent again after a lost answer is done once. @throws OpsError */
  post<Body>(path: string, body: object, options?: PostOptions): Promise<Body>;
}

/** Members that are undefined are left out; arrays become one parameter each. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export interface PostOptions {
  /** Of what the operator has seen: it is done only if that is how things still are. */
  readonly ifMatch?: string;
}

/** A refusal of the API, with its stable code for commands that can handle it. */
export class ApiError extends OpsError {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const maxAttempts = 3;
const answerSeconds = 30;

/** order-service over HTTP, as one operator. */
export class HttpApiClient implements ApiClient {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string,
    private readonly waitMs: (attempt: number) => number = (attempt) => attempt * 1_000,
  ) {}

  get<Body>(path: string, query: Query = {}): Promise<Body> {
    return this.#send<Body>('GET', `${path}${queryString(query)}`);
  }

  post<Body>(path: string, body: object, { ifMatch }: PostOptions = {}): Promise<Body> {
    return this.#send<Body>('POST', path, JSON.stringify(body), {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    });
  }

  async #send<Body>(
    method: string,
    path: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Body> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.#tryOnce(method, path, body, headers);
      if (response instanceof Response && response.status !== 503) return read<Body>(response);
      if (attempt === maxAttempts) {
        if (response instanceof Response) return read<Body>(response);
        throw new OpsError(`${this.baseUrl} cannot be reached: ${response.message}`);
      }
      // Sending again is safe: what changes something carries a key.
      await pause(this.waitMs(attempt));
    }
  }

  #tryOnce(
    method: string,
    path: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response | Error> {
    return fetch(`${this.baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, accept: 'application/json', ...headers },
      signal: AbortSignal.timeout(answerSeconds * 1_000),
      ...(body !== undefined && { body }),
    }).catch((error: unknown) => (error instanceof Error ? causeOf(error) : new Error(String(error))));
  }
}

/** fetch says "fetch failed", and why it did in the cause. */
const causeOf = (error: Error): Error => (error.cause instanceof Error ? error.cause : error);

async function read<Body>(response: Response): Promise<Body> {
  const text = await response.text();
  const body = parse(text);
  if (response.ok) return body as Body;
  throw problemOf(response.status, body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly { pointer?: string; parameter?: string; detail?: string }[];
  readonly traceId?: string;
}

/** A problem document (RFC 9457) as a sentence, with each field that is wrong on a line of its own. */
function problemOf(status: number, body: unknown): ApiError {
  const { title, detail, code, errors, traceId } = (body ?? {}) as Problem;
  const sentence = [title ?? `The service answered ${status}`, detail].filter(Boolean).join(': ');
  const fields = (errors ?? []).map(
    ({ pointer, parameter, detail: what }) => `\n  ${pointer ?? parameter ?? ''} ${what ?? ''}`,
  );
  const trace = status >= 500 && traceId !== undefined ? ` (trace ${traceId})` : '';
  return new ApiError(status, code ?? 'unknown', `${sentence}${trace}${fields.join('')}`);
}

function queryString(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) parameters.append(name, String(one));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
