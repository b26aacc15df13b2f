import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

type OnAnswer = (answer: HttpAnswer | null) => void;

/**
 * One kept-alive connection for one request at a time. It knows as much of HTTP as the order API's answers need (a
 * length is always given), which keeps the load generator's share of a small machine small.
 */
export class HttpConnection {
  private readonly socket: Socket;
  private readonly host: string;
  private received = '';
  private waiting: OnAnswer | undefined;

  constructor(url: URL) {
    this.host = url.host;
    this.socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
    this.socket.setEncoding('latin1'); // a character is a byte, as content-length counts them
    this.socket.on('data', (text: string) => this.receive(text));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => this.settle(null));
  }

  /** Calls back once, with null when the connection broke. */
  send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    onAnswer: OnAnswer,
  ): void {
    this.waiting = onAnswer;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const length = Buffer.byteLength(body);
    this.socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: ${this.host}\r\ncontent-length: ${length}\r\n${lines.join('')}\r\n${body}`,
    );
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(text: string): void {
    this.received += text;
    const end = this.received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.received.slice(0, end + 2);
    const bodyFrom = end + 4;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.received.length < bodyFrom + length) return;
    const body = this.received.slice(bodyFrom, bodyFrom + length);
    this.received = this.received.slice(bodyFrom + length);
    this.settle({ status: Number(head.slice(9, 12)), head, body });
  }

  private settle(answer: HttpAnswer | null): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.(answer);
  }
}
