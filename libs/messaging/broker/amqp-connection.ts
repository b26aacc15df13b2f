import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { connect, type ChannelModel } from 'amqplib';
import { readBrokerUrl, trustFiles, type BrokerAddress } from '#libs/servers';
import { backoffMs } from './backoff.js';

export interface ConnectionEvents {
  /** Topology and channels exist, and may be used until `down`. */
  readonly up: [];
  readonly down: [];
  /** The broker is short of memory or disk and asks publishers to pause. Not an error. */
  readonly blocked: [];
  readonly unblocked: [];
}

/** Builds what lives on one connection (topology, a channel, a consumer), and again on each connection after it. */
export type ConnectionSetup = (model: ChannelModel) => Promise<void>;

export interface AmqpConnectionOptions {
  /**
   * amqp:// or amqps://, with credentials and virtual host; with several hosts, all nodes of one cluster: see libs/servers.
   */
  readonly url: string;
  /** How the broker's management lists the connection. */
  readonly name: string;
  /** A broker that says nothing for twice as long is given up. Default: 10; what the URL says counts before it. */
  readonly heartbeatSeconds?: number;
}

const connectTimeoutMs = 10_000;
/** With other nodes to turn to, one that stands still has less time. */
const connectTimeoutOfNodeMs = 3_000;
/** A connection that ends sooner was no recovery: waits go on growing. */
const stableAfterMs = 10_000;

/**
 * A connection that comes back. Connecting goes on in the background for ever, so that a process starts, and accepts
 * work, while the broker is away; with several hosts they are tried in turn. The connection alone is restored:
 * everything on it is built by the setups, each time anew.
 */
export class AmqpConnection extends EventEmitter<ConnectionEvents> {
  readonly name: string;
  private readonly logger = new Logger('Broker');
  private readonly setups: ConnectionSetup[] = [];
  private readonly address: BrokerAddress;
  private readonly socketOptions: object;
  private readonly heartbeatSeconds: number;
  private readonly closed = new AbortController();
  private running = false;
  private tried = 0;
  private model: ChannelModel | undefined;
  private failures = 0;
  private upSince: number | undefined;
  private blockedByBroker = false;

  /** @throws Error for a URL that cannot be used, or names a file that cannot be read. */
  constructor({ url, name, heartbeatSeconds = 10 }: AmqpConnectionOptions) {
    super();
    this.name = name;
    this.heartbeatSeconds = heartbeatSeconds;
    this.address = readBrokerUrl(url);
    this.socketOptions = socketOptionsOf(this.address, name);
  }

  /** As the broker knows it. */
  get user(): string {
    return this.address.user;
  }

  get isUp(): boolean {
    return this.model !== undefined;
  }

  get isBlocked(): boolean {
    return this.blockedByBroker;
  }

  /** Adds a setup. Those of one connection run in the order in which they were added; call before {@link open}. */
  onConnection(setup: ConnectionSetup): void {
    this.setups.push(setup);
  }

  /** Begins to connect, and returns. */
  open(): void {
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  /**
   * Ends the present connection, so that a new one is made: for a channel that the broker closed. There is one way to
   * recover, from the connection up, and it is the one that gets exercised.
   */
  abandon(reason: string): void {
    if (!this.model || this.closed.signal.aborted) return;
    this.logger.warn(`connection given up: ${reason}`, { component: this.name });
    void this.model.close().catch(() => undefined);
  }

  /** Closes for good. Waits no longer than `withinMs` for a broker that does not answer. */
  async close(withinMs = 2_000): Promise<void> {
    this.closed.abort();
    const { model } = this;
    if (!model) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        socketOf(model)?.destroy();
        resolve();
      }, withinMs);
    });
    await Promise.race([model.close().catch(() => undefined), late]).finally(() => clearTimeout(timer));
    this.wentDown();
  }

  /** A round: connects, and waits until that connection has ended; or fails to connect. Never rejects. */
  private async run(): Promise<void> {
    let attempt = 0;
    while (!this.closed.signal.aborted) {
      let why: string;
      try {
        why = await this.connectOnce(() => (attempt = 0));
        if (!this.closed.signal.aborted)
          this.logger.warn(`connection lost: ${why}`, { component: this.name });
      } catch (error) {
        why = messageOf(error);
      }
      attempt += 1;
      const delay = this.nextDelayMs();
      if (!this.closed.signal.aborted && (attempt === 1 || attempt % 10 === 0)) {
        const fields = { component: this.name, attempt, retryInSeconds: delay / 1000 };
        this.logger.warn(`broker away: ${why}`, fields);
      }
      // Does not keep the process alive.
      await pause(delay, undefined, { ref: false, signal: this.closed.signal }).catch(() => undefined);
    }
  }

  /** @returns why the connection has ended. @throws when there was none, or it could not be set up. */
  private async connectOnce(connected: () => void): Promise<string> {
    const model = await this.connectToNode();
    // Every error is followed by 'close', which says the same; without a listener it would end the process.
    model.on('error', () => undefined);
    const ended = new Promise<string>((resolve) => {
      model.once('close', (error?: unknown) => resolve(error ? messageOf(error) : 'Connection closed'));
    });
    try {
      for (const setup of this.setups) await setup(model);
    } catch (error) {
      void model.close().catch(() => undefined);
      throw error;
    }
    if (this.closed.signal.aborted) void model.close().catch(() => undefined);
    else {
      connected();
      this.wentUp(model);
    }
    return ended.finally(() => this.wentDown());
  }

  /** To the node whose turn it is. */
  private connectToNode(): Promise<ChannelModel> {
    const { urls } = this.address;
    const url = new URL(urls[this.tried % urls.length]!);
    if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(this.heartbeatSeconds));
    // Whether this one fails or is lost later: the next is tried then.
    this.tried += 1;
    return connect(url.href, this.socketOptions);
  }

  private wentUp(model: ChannelModel): void {
    model.on('blocked', () => {
      this.blockedByBroker = true;
      this.logger.warn('broker asks publishers to pause', { component: this.name });
      this.emit('blocked');
    });
    model.on('unblocked', () => {
      this.blockedByBroker = false;
      this.emit('unblocked');
    });
    this.model = model;
    this.upSince = performance.now();
    this.blockedByBroker = false;
    this.logger.log('connected', { component: this.name });
    this.emit('up');
  }

  private wentDown(): void {
    if (!this.model) return;
    this.model = undefined;
    this.emit('down');
  }

  /** Grows once all nodes have failed. */
  private nextDelayMs(): number {
    const stable = this.upSince !== undefined && performance.now() - this.upSince > stableAfterMs;
    this.failures = stable ? 1 : this.failures + 1;
    this.upSince = undefined;
    const rounds = Math.ceil(this.failures / this.address.urls.length);
    return backoffMs(rounds, { firstMs: 200, capMs: 10_000 });
  }
}

/** With `tls` as getters: the driver copies them for each connection, and so reads the files anew. */
function socketOptionsOf({ urls, tls }: BrokerAddress, name: string): object {
  const { caFile, certFile, keyFile, serverName, verifies } = tls;
  const options = {
    noDelay: true,
    timeout: urls.length > 1 ? connectTimeoutOfNodeMs : connectTimeoutMs,
    clientProperties: { connection_name: name },
    rejectUnauthorized: verifies,
    minVersion: 'TLSv1.2',
    ...(serverName !== undefined && { servername: serverName }),
  };
  const files = trustFiles({ ca: caFile, cert: certFile, key: keyFile });
  return Object.defineProperties(options, Object.getOwnPropertyDescriptors(files));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** amqplib has no way to end a connection whose other side is silent. */
function socketOf(model: ChannelModel): { destroy(): void } | undefined {
  const connection = model.connection as { stream?: { destroy(): void } } | undefined;
  return connection?.stream;
}
