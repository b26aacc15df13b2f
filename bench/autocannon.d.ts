/** The part of autocannon that is used here; the package brings no types. */
declare module 'autocannon' {
  export interface Request {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    /** Called for each request that is sent. */
    readonly setupRequest?: (request: Request) => Request;
  }

  export interface Result {
    /** In seconds. */
    readonly duration: number;
    readonly '2xx': number;
    readonly non2xx: number;
    /** Broken connections and timeouts. */
    readonly errors: number;
    /** In milliseconds. */
    readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
  }

  export default function autocannon(options: {
    readonly url: string;
    readonly connections: number;
    /** In seconds. */
    readonly duration: number;
    readonly requests: readonly Request[];
  }): Promise<Result>;
}
