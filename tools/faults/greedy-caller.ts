import { connect, type Socket } from 'node:net';

/** One request as it goes over the wire. A caller says who it is in its headers. */
export interface RawRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a caller does on each of its connections. */
export interface Habit {
  /** What is sent at once; empty: nothing, ever. */
  readonly requests: readonly RawRequest[];
  /** Bodies are announced, and never sent. */
  readonly withholdsBodies?: boolean;
  /** Answers are left in the network. */
  readonly neverReads?: boolean;
  /** So long after its answers the same is asked again, and a connection that was closed is opened again. Default: never. */
  readonly againAfterMs?: number;
}

const withheldBytes = 100;
/** So many characters of an answer have its status. */
const statusLineLength = 'HTTP/1.1 200'.length;

/** One caller that takes as much as it can get: connections, places, buffers for answers. */
export class GreedyCaller {
  /** Counts by status. */
  readonly answers = new Map<number, number>();
  /** Resolves when each connection has had all its answers, or was closed, once. */
  readonly answered: Promise<unknown>;
  private readonly sockets = new Set<Socket>();
  private readonly bytes: string;
  private ended = false;

  constructor(
    private readonly url: URL,
    connections: number,
    private readonly habit: Habit,
  ) {
    this.bytes = habit.requests.map((request) => written(request, url.host, habit.withholdsBodies)).join('');
    this.answered = Promise.all(
      Array.from({ length: connections }, () => new Promise<void>((resolve) => this.open(resolve))),
    );
  }

  end(): void {
    this.ended = true;
    for (const socket of this.sockets) socket.destroy();
  }

  private open(answered: () => void): void {
    const socket = connect(Number(this.url.port), this.url.hostname);
    this.sockets.add(socket);
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    socket.on('connect', () => socket.write(this.bytes));
    if (this.habit.neverReads) socket.pause();
    else this.countAnswers(socket, answered);
    socket.on('close', () => {
      this.sockets.delete(socket);
      answered();
      this.again(() => this.open(answered));
    });
  }

  private countAnswers(socket: Socket, answered: () => void): void {
    let [tail, open] = ['', this.habit.requests.length];
    socket.on('data', (text: string) => {
      const heard = tail + text;
      tail = heard.slice(-statusLineLength);
      for (const [, digits] of heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
        const status = Number(digits);
        this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
        open -= 1;
      }
      if (open > 0) return;
      open = this.habit.requests.length;
      answered();
      this.again(() => socket.write(this.bytes));
    });
  }

  private again(act: () => void): void {
    const { againAfterMs } = this.habit;
    if (againAfterMs !== undefined) setTimeout(() => !this.ended && act(), againAfterMs);
  }
}

function written({ method, path, headers, body = '' }: RawRequest, host: string, withheld = false): string {
  const length = withheld ? withheldBytes : Buffer.byteLength(body);
  const lines = Object.entries({
    host,
    ...(method === 'POST' && { 'content-type': 'application/json', 'content-length': String(length) }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${withheld ? '' : body}`;
}
