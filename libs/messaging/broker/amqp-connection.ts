import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import { connect, type ChannelModel, type RecoveringChannelModel } from 'amqplib';
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

const heartbeatSeconds = 10;
const connectTimeoutMs = 10_000;
/** A connection that ends sooner was no recovery: waits go on growing. */
const stableAfterMs = 10_000;

/**
 * A connection that comes back. Connecting goes on in the background for ever, so that a process starts, and accepts
 * work, while the broker is away. amqplib's recovery restores the connection alone; everything on it is built by the
 * setups, each time anew.
 */
export class AmqpConnection extends EventEmitter<ConnectionEvents> {
  private readonly logger = new Logger('Broker');
  private readonly setups: ConnectionSetup[] = [];
  private recovering: Promise<RecoveringChannelModel> | undefined;
  private model: ChannelModel | undefined;
  private failures = 0;
  private upSince: number | undefined;
  private blockedByBroker = false;
  private closing = false;

  /** @param name how the broker's management lists the connection. */
  constructor(
    private readonly url: string,
    readonly name: string,
  ) {
    super();
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
    this.recovering ??= this.begin();
  }

  /**
   * Ends the present connection, so that a new one is made: for a channel that the broker closed. There is one way to
   * recover, from the connection up, and it is the one that gets exercised.
   */
  abandon(reason: string): void {
    if (!this.model || this.closing) return;
    this.logger.warn(`connection given up: ${reason}`, { component: this.name });
    void this.model.close().catch(() => undefined);
  }

  /** Closes for good. Waits no longer than `withinMs` for a broker that does not answer. */
  async close(withinMs = 2_000): Promise<void> {
    this.closing = true;
    const model = this.model;
    const recovering = await this.recovering;
    if (!recovering) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        socketOf(model)?.destroy();
        resolve();
      }, withinMs);
    });
    await Promise.race([recovering.close(), late]).finally(() => clearTimeout(timer));
    this.wentDown();
  }

  private async begin(): Promise<RecoveringChannelModel> {
    const recovering = await connect(this.urlWithHeartbeat(), {
      noDelay: true,
      timeout: connectTimeoutMs,
      clientProperties: { connection_name: this.name },
      recovery: {
        waitForConnect: false,
        calculateDelay: () => this.nextDelayMs(),
        setup: (model: ChannelModel): Promise<void> => this.setUp(model),
      },
    });
    recovering.on('connect', (model: ChannelModel) => this.wentUp(model));
    recovering.on('disconnect', (error) => {
      this.wentDown();
      if (!this.closing) this.logger.warn(`connection lost: ${error.message}`, { component: this.name });
    });
    recovering.on('reconnect-scheduled', ({ attempt, delay, error }) => {
      if (attempt === 1 || attempt % 10 === 0) {
        const fields = { component: this.name, attempt, retryInSeconds: delay / 1000 };
        this.logger.warn(`broker away: ${error.message}`, fields);
      }
    });
    recovering.on('blocked', () => {
      this.blockedByBroker = true;
      this.logger.warn('broker asks publishers to pause', { component: this.name });
      this.emit('blocked');
    });
    recovering.on('unblocked', () => {
      this.blockedByBroker = false;
      this.emit('unblocked');
    });
    // Every error is followed by 'disconnect', which says the same.
    recovering.on('error', () => undefined);
    return recovering;
  }

  private async setUp(model: ChannelModel): Promise<void> {
    // Until amqplib's own recovery listens (after the setup), an error without a listener would end the process.
    model.on('error', () => undefined);
    for (const setup of this.setups) await setup(model);
  }

  private wentUp(model: ChannelModel): void {
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

  private nextDelayMs(): number {
    const stable = this.upSince !== undefined && performance.now() - this.upSince > stableAfterMs;
    this.failures = stable ? 1 : this.failures + 1;
    this.upSince = undefined;
    return backoffMs(this.failures, { firstMs: 200, capMs: 10_000 });
  }

  private urlWithHeartbeat(): string {
    const url = new URL(this.url);
    if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(heartbeatSeconds));
    return url.href;
  }
}

/** amqplib has no way to end a connection whose other side is silent. */
function socketOf(model: ChannelModel | undefined): { destroy(): void } | undefined {
  const connection = model?.connection as { stream?: { destroy(): void } } | undefined;
  return connection?.stream;
}
