/** What clients may keep open, and for how long. */
export interface ConnectionLimits {
  /** Of the process. Beyond them, one that is owed nothing makes room for the next. */
  readonly maxConnections: number;
  /** Requests of one connection that wait for answers. */
  readonly maxPipelined: number;
  /** Lines of one head. Of more than a thousand, Node drops the rest without a word. */
  readonly maxHeaders: number;
  /** From a request's first byte, or from the connection, to the last byte of its body; looked at every second. */
  readonly requestSeconds: number;
  /** Without a byte in either direction while an answer is owed. Longer than anybody may prefer to wait. */
  readonly stalledSeconds: number;
}

export const connectionLimits: ConnectionLimits = {
  maxConnections: 10_000,
  maxPipelined: 64,
  maxHeaders: 100,
  requestSeconds: 10,
  stalledSeconds: 60,
};
