import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

const maxEndMs = 40_000;

/** As in the Dockerfile and scripts/lib/service.mjs; for the floor as well. */
const asInProduction = ['--enable-source-maps', '--max-semi-space-size=64'];

const profileInto = (folder: string, name: string): string[] => [
  '--cpu-prof',
  `--cpu-prof-dir=${folder}`,
  `--cpu-prof-name=${name}.cpuprofile`,
];

export interface NodeProcessOptions {
  /** Tells processes apart in results and file names. */
  readonly name: string;
  /** Built file, below dist/. */
  readonly file: string;
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Output goes into a file there: nobody in this process reads along. */
  readonly logFolder: string;
  /** Where a profile is written at the process's end. */
  readonly profileFolder?: string;
}

/** A Node process of ours, as it would run in production. */
export class NodeProcess {
  private unexpectedEnd: string | undefined;
  private ending = false;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    readonly logFile: string,
  ) {
    child.once('exit', (code, signal) => {
      if (!this.ending) this.unexpectedEnd = `${name} ended with ${code ?? signal}, see ${logFile}`;
    });
  }

  static start(options: NodeProcessOptions): NodeProcess {
    const { name, file, args = [], environment, logFolder, profileFolder } = options;
    mkdirSync(logFolder, { recursive: true });
    const logFile = path.join(logFolder, `${name}.log`);
    const log = openSync(logFile, 'a');
    const child = fork(path.join(import.meta.dirname, '../..', file), args, {
      env: { PATH: process.env['PATH'], ...environment },
      execArgv: [...asInProduction, ...(profileFolder ? profileInto(profileFolder, name) : [])],
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    return new NodeProcess(name, child, logFile);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** @throws when the process has ended and nobody asked for it. */
  assertRunning(): void {
    if (this.unexpectedEnd !== undefined) throw new Error(this.unexpectedEnd);
  }

  /** The next message that it sends. @throws when it ends before. */
  message(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error(`${this.name} ended, see ${this.logFile}`));
      this.child.once('exit', onExit);
      this.child.once('message', (message) => {
        this.child.off('exit', onExit);
        resolve(message);
      });
    });
  }

  send(message: object): void {
    this.child.send(message);
  }

  /** Asks it to end and waits; kills it when that takes too long. */
  async end(): Promise<void> {
    this.ending = true;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), maxEndMs);
    await gone;
    clearTimeout(timer);
  }
}

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
