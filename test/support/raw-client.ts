import { connect, type Socket } from 'node:net';

/** An answer as it came over the line, byte by byte. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Says what it is told to, and keeps what it hears; what a client that knows HTTP would mend stays as it is. */
export class RawClient {
  heard = '';
  ended = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (bytes) => (this.heard += bytes.toString('latin1')));
    socket.on('close', () => (this.ended = true)).on('error', () => (this.ended = true));
  }

  static async open(port: number, ...pieces: readonly (string | Buffer)[]): Promise<RawClient> {
    const client = new RawClient(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
    await new Promise((resolve) => client.socket.once('connect', resolve));
    client.socket.on('end', () => client.socket.end());
    for (const piece of pieces) client.socket.write(piece);
    return client;
  }

  /** @throws Error when there is anything beside whole answers, or beside what HTTP/1.1 calls one. */
  answers(): readonly RawAnswer[] {
    const answers: RawAnswer[] = [];
    for (let rest = this.heard; rest !== '';) {
      const end = rest.indexOf('\r\n\r\n');
      const [line = '', ...lines] = rest.slice(0, end).split('\r\n');
      const [, status] = /^HTTP\/1\.1 (\d{3}) [^\r\n]*$/.exec(line) ?? [];
      if (end < 0 || status === undefined) throw new Error(`no answer begins so: ${rest.slice(0, 200)}`);
      const headers = Object.fromEntries(
        lines.map((header) => [
          header.slice(0, header.indexOf(':')).toLowerCase(),
          header.slice(header.indexOf(':') + 1).trim(),
        ]),
      );
      const from = end + 4;
      const length = Number(headers['content-length'] ?? 0);
      if (rest.length < from + length) throw new Error(`half an answer: ${rest.slice(0, 200)}`);
      answers.push({ status: Number(status), headers, body: rest.slice(from, from + length) });
      rest = rest.slice(from + length);
    }
    return answers;
  }
}
