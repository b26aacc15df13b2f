import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { eventually } from './eventually.js';

export type ServiceName = 'order-service' | 'inventory-service' | 'payment-service';

/** A service is ready in a second or two; in the middle of a fault run the machine has other things to do. */
const startMs = 90_000;

const root = path.resolve(import.meta.dirname, '../..');

const asInProduction = ['--enable-source-maps', '--max-semi-space-size=64'];

/** One built service as a process of its own, which a test may end as it likes. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private frozen = false;
  private readonly unasked: string[] = [];

  private constructor(
    readonly name: ServiceName,
    /** Tells instances of one service apart. */
    readonly instance: string,
    readonly url: string,
    readonly metricsUrl: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly logFile: string,
  ) {}

  /** Ports are taken once and kept over restarts, so that clients find the service again. */
  static async prepare(
    name: ServiceName,
    environment: NodeJS.ProcessEnv,
    logFolder: string,
    instance: string = name,
  ): Promise<ServiceProcess> {
    const [port, metricsPort] = (await freePorts(2)) as [number, number];
    const logFile = path.join(logFolder, `${name}-${port}.log`);
    mkdirSync(logFolder, { recursive: true });
    // Of an earlier run, on the same port.
    rmSync(logFile, { force: true });
    return new ServiceProcess(
      name,
      instance,
      `http://127.0.0.1:${port}`,
      `http://127.0.0.1:${metricsPort}/metrics`,
      { ...environment, PORT: String(port), METRICS_PORT: String(metricsPort) },
      logFile,
    );
  }

  async start(): Promise<void> {
    const log = createWriteStream(this.logFile, { flags: 'a' });
    const child = spawn(process.execPath, [...asInProduction, `dist/apps/${this.name}/src/main.js`], {
      cwd: root,
      env: { PATH: process.env['PATH'], NODE_ENV: 'test', ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stdout!.pipe(log);
    child.stderr!.pipe(log, { end: false });
    await eventually(async () => {
      if (hasEnded(child)) return;
      const response = await fetch(`${this.url}/health/ready`);
      if (!response.ok)
        throw new Error(`${this.name} is not ready: ${response.status} ${await response.text()}`);
    }, startMs);
    if (hasEnded(child)) {
      throw new Error(
        `${this.instance} ended with ${child.exitCode ?? child.signalCode}, see ${this.logFile}`,
      );
    }
    child.once('exit', (code, signal) => {
      if (this.child === child) this.unasked.push(`${this.instance} ended with ${code ?? signal}`);
    });
  }

  /** Starts it as a supervisor would: one that cannot start, because what it needs is away, is started again. */
  async startUntilReady(): Promise<void> {
    await eventually(async () => {
      try {
        await this.start();
      } catch (error) {
        await this.end('SIGKILL');
        await pause(500);
        throw error;
      }
    }, startMs);
  }

  /** Whether the process has ended by itself. The test asks because it expects that, so it is no complaint. */
  hasDied(): boolean {
    if (!this.child || !hasEnded(this.child)) return false;
    this.child = undefined;
    this.unasked.pop();
    return true;
  }

  /** The process stands still, as on a host that swaps; its connections stay open. */
  freeze(): void {
    this.frozen = true;
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.frozen = false;
    this.child?.kill('SIGCONT');
  }

  /**
   * Ends that nobody asked for, and lines of its log that it did not write itself: what the runtime says of an unhandled rejection, of
   * a leak, or of what is deprecated.
   */
  complaints(): string[] {
    const strange = readFileSync(this.logFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('{'));
    return [...this.unasked, ...strange.map((line) => `${this.instance}: ${line}`)];
  }

  /** What it has warned of since it was prepared. */
  warnings(): string[] {
    return readFileSync(this.logFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { readonly level: string; readonly message: string })
      .filter(({ level }) => level === 'warn')
      .map(({ message }) => message);
  }

  /**
   * Ends the process and waits until it has gone.
   * @returns its exit code; null when a signal ended it, or it was not running. @throws when it outlives the bound.
   */
  async end(signal: 'SIGTERM' | 'SIGKILL', withinMs = 30_000): Promise<number | null> {
    const child = this.child;
    this.child = undefined;
    if (!child || hasEnded(child)) return null;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    if (this.frozen) child.kill('SIGCONT');
    this.frozen = false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`${this.name} did not end within ${withinMs} ms of ${signal}`));
      }, withinMs);
    });
    await Promise.race([gone, late]).finally(() => clearTimeout(timer));
    return child.exitCode;
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;
