import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { clear, TcpLine, type Inspection, type LineConditions } from './tcp-line.js';

/** Before the server receives it, or after it has answered and before the client receives the answer. */
type Moment = 'before' | 'after';

/** What is done to the line on which a client sends some text for the last of so many times. */
interface Plan {
  readonly text: Text;
  times: number;
  readonly when: Moment;
  readonly then: (line: TcpLine) => void;
}

/** What a client sends; of several, either. */
type Text = string | readonly string[];

/**
 * A COMMIT that is sent by itself, and no other word that begins like it: the byte before it says "query", or, to MySQL,
 * "one set of attributes".
 */
export const commitStatement = ['\u0003COMMIT', '\u0001COMMIT'];

/** The network between a client and a server, which can be cut, kept cut, slowed down, stalled, or lost without notice. */
export class TcpProxy {
  private readonly lines = new Set<TcpLine>();
  /** Sockets of lines whose other end is gone, and which have not been told. */
  private readonly orphans = new Set<Socket>();
  private conditions = clear;
  private connecting: 'through' | 'refused' | 'lost' = 'through';
  private plan: Plan | undefined;
  private readonly answering = new WeakMap<TcpLine, Plan['then']>();

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /** @param url of the server at the other end. */
  static async to(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url);
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, { host: hostname, port: Number(port) });
  }

  /** The same URL, by way of this proxy. */
  url(url: string): string {
    const { port } = this.server.address() as AddressInfo;
    return Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href;
  }

  /** Breaks every connection that there is; new ones come through. @returns how many there were. */
  cut(): number {
    const cut = this.lines.size;
    for (const line of this.lines) line.destroy();
    return cut;
  }

  /** Breaks every connection, and each new one at once. */
  refuse(): void {
    this.connecting = 'refused';
    this.cut();
  }

  /**
   * Every connection falls silent for good, and each new one is silent from its beginning: nobody is told. @returns how
   * many there were.
   */
  lose(): number {
    this.connecting = 'lost';
    for (const line of this.lines) line.lose();
    return this.lines.size;
  }

  /** New connections come through again. Lost ones stay lost. */
  accept(): void {
    this.connecting = 'through';
  }

  /** From now on lines are like this, those that are there and new ones. */
  make(conditions: Partial<LineConditions>): void {
    this.conditions = { ...clear, ...conditions };
    for (const line of this.lines) line.wake();
  }

  /** No delay, no stalling, nothing on hold: what was kept back arrives. */
  heal(): void {
    this.make(clear);
    for (const line of this.lines) line.release();
  }

  /**
   * Breaks the next connection on which a client sends `text`. @param serverNotices false: its end stays open, as after a
   * cut cable. @returns resolves when that has happened.
   */
  severAt(text: Text, when: Moment, { serverNotices = true } = {}): Promise<void> {
    return this.at(text, when, (line) => {
      line.lose();
      if (serverNotices) line.server.destroy();
      line.client.destroy();
    });
  }

  /**
   * The next connection on which a client sends `text` falls silent there, and neither end is told. @param times that
   * the text comes, on whichever connection; nothing happens at those before the last.
   */
  loseAt(text: Text, when: Moment, times = 1): Promise<void> {
    return this.at(text, when, (line) => line.lose(), times);
  }

  /** The next connection on which a client sends `text` stops there, with all that it has done until then, until {@link heal}. */
  holdAt(text: Text, times = 1): Promise<void> {
    return this.at(text, 'before', (line) => line.hold(), times);
  }

  /** Nothing happens any more at the text that was waited for. */
  forgetPlan(): void {
    this.plan = undefined;
  }

  endServerSides(): void {
    for (const socket of this.orphans) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.endServerSides();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private at(text: Text, when: Moment, then: Plan['then'], times = 1): Promise<void> {
    return new Promise((resolve) => {
      this.plan = {
        text,
        times,
        when,
        then: (line) => {
          then(line);
          resolve();
        },
      };
    });
  }

  private join(client: Socket): void {
    if (this.connecting === 'refused') {
      client.on('error', () => undefined);
      client.destroy();
      return;
    }
    const server = connect({ ...this.target, allowHalfOpen: true });
    const line = new TcpLine(client, server, () => this.conditions, this.inspect);
    if (this.connecting === 'lost') line.lose();
    this.lines.add(line);
    this.endTogether(line, client, server);
    this.endTogether(line, server, client);
  }

  /** When one side ends, the other does too, unless the line is lost and it must not be told. */
  private endTogether(line: TcpLine, ended: Socket, other: Socket): void {
    ended.on('close', () => {
      this.orphans.delete(ended);
      this.lines.delete(line);
      if (other.destroyed || this.orphans.has(other)) return;
      if (line.lost) this.orphans.add(other);
      else other.destroy();
    });
  }

  private readonly inspect: Inspection = (line, direction, bytes) => {
    if (direction === 'to-client') {
      const then = this.answering.get(line);
      if (!then) return true;
      this.answering.delete(line);
      then(line);
      return false;
    }
    const { plan } = this;
    if (!plan || ![plan.text].flat().some((text) => bytes.includes(text))) return true;
    plan.times -= 1;
    if (plan.times > 0) return true;
    this.plan = undefined;
    if (plan.when === 'after') {
      this.answering.set(line, plan.then);
      return true;
    }
    plan.then(line);
    return false;
  };
}
