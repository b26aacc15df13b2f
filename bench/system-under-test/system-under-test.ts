/** What the processes under load have counted about themselves until one moment. */
export interface Counts {
  readonly atMs: number;
  readonly accepted: number;
  readonly begunSagas: number;
  readonly endedSagas: number;
  readonly messagesPublished: number;
  readonly messagesHandled: number;
  /** Units of work and the transactions that they shared, by service and database. */
  readonly groups: Readonly<Record<string, { readonly units: number; readonly groups: number }>>;
  /** 99th percentile since the last sample, by process. */
  readonly eventLoopDelayMs: Readonly<Record<string, number>>;
}

/** What load is put on: the services, or the floor. */
export interface SystemUnderTest {
  readonly name: string;
  readonly orderUrl: string;
  readonly caller: Caller;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  counts(): Promise<Counts>;
  /** Waits until every saga has ended. @throws when that takes longer than any backlog of ours can. */
  untilIdle(): Promise<Counts>;
}

/** How a client says who it is: with a token of this secret, or, to the floor, with a plain header. */
export type Caller = { readonly by: 'token'; readonly secret: string } | { readonly by: 'header' };
