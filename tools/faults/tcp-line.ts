import type { Socket } from 'node:net';

export type Direction = 'to-server' | 'to-client';

/** What a line does to the bytes on it. */
export interface LineConditions {
  /** How much later each byte arrives. */
  readonly delayMs: number;
  /** Which bytes are delayed. */
  readonly delayed: Direction | 'both';
  readonly bytesPerSecond: number;
  /** Bytes in this direction are held back; both ends still believe that they are connected. */
  readonly stalled: Direction | 'both' | null;
}

export const clear: LineConditions = { delayMs: 0, delayed: 'both', bytesPerSecond: Infinity, stalled: null };

/** Inspects bytes before they are sent on. @returns whether they may be; if not, it has done something to the line. */
export type Inspection = (line: TcpLine, direction: Direction, bytes: Buffer) => boolean;

/** One direction stops reading when it holds so much, as the buffers of a network would. */
const maxHeldBytes = 1024 * 1024;

/** One connection: a socket to the client, one to the server, and what lies between them. */
export class TcpLine {
  private readonly lanes: readonly Lane[];
  private isLost = false;

  constructor(
    readonly client: Socket,
    readonly server: Socket,
    conditions: () => LineConditions,
    inspect: Inspection,
  ) {
    this.lanes = [
      new Lane(client, server, 'to-server', conditions, (bytes) => inspect(this, 'to-server', bytes)),
      new Lane(server, client, 'to-client', conditions, (bytes) => inspect(this, 'to-client', bytes)),
    ];
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
    }
  }

  get lost(): boolean {
    return this.isLost;
  }

  /** From now on nothing arrives at either end: no answer, no FIN, no RST. */
  lose(): void {
    this.isLost = true;
    for (const lane of this.lanes) lane.lose();
  }

  /** What either end says is kept until {@link release}, whatever becomes of all other lines. */
  hold(): void {
    for (const lane of this.lanes) lane.hold();
  }

  release(): void {
    for (const lane of this.lanes) lane.release();
  }

  /** Tries again to send what is held, as conditions have changed. */
  wake(): void {
    for (const lane of this.lanes) lane.pump();
  }

  destroy(): void {
    this.client.destroy();
    this.server.destroy();
  }
}

/** One direction of a line. Bytes leave in the order in which they came. */
class Lane {
  private held: { readonly bytes: Buffer; readonly due: number }[] = [];
  private heldBytes = 0;
  private freeAt = 0;
  private ended = false;
  private state: 'open' | 'on-hold' | 'lost' = 'open';
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly direction: Direction,
    private readonly conditions: () => LineConditions,
    private readonly maySend: (bytes: Buffer) => boolean,
  ) {
    from.on('data', (bytes: Buffer) => this.take(bytes));
    from.on('end', () => {
      this.ended = true;
      this.pump();
    });
    to.on('drain', () => this.pump());
    from.on('close', () => clearTimeout(this.timer));
  }

  lose(): void {
    this.state = 'lost';
    this.held = [];
    this.heldBytes = 0;
    // A sender does not notice that nothing arrives.
    this.from.resume();
  }

  hold(): void {
    if (this.state === 'open') this.state = 'on-hold';
  }

  release(): void {
    if (this.state !== 'on-hold') return;
    this.state = 'open';
    this.pump();
  }

  pump(): void {
    clearTimeout(this.timer);
    const { stalled, bytesPerSecond } = this.conditions();
    if (stalled === this.direction || stalled === 'both') return;
    for (let next = this.held[0]; next && !this.to.writableNeedDrain; next = this.held[0]) {
      if (this.state !== 'open') return;
      const wait = Math.max(next.due, this.freeAt) - performance.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.pump(), wait);
        return;
      }
      if (this.to.destroyed || !this.maySend(next.bytes)) return;
      this.held.shift();
      this.heldBytes -= next.bytes.length;
      this.freeAt = performance.now() + (next.bytes.length / bytesPerSecond) * 1000;
      this.to.write(next.bytes);
    }
    if (this.state !== 'open') return;
    if (this.heldBytes < maxHeldBytes) this.from.resume();
    if (this.ended && this.held.length === 0) this.to.end();
  }

  private take(bytes: Buffer): void {
    if (this.state === 'lost') return;
    const { delayMs, delayed } = this.conditions();
    const lateMs = delayed === 'both' || delayed === this.direction ? delayMs : 0;
    this.held.push({ bytes, due: performance.now() + lateMs });
    this.heldBytes += bytes.length;
    if (this.heldBytes >= maxHeldBytes) this.from.pause();
    this.pump();
  }
}
