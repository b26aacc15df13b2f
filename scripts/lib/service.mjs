import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import path from 'node:path';
import { tail } from '../provision/private-server.mjs';
import { end, identify } from './process-identity.mjs';
import { entryOf, root } from './project.mjs';
import { GaveUp, waitUntil } from './wait-until.mjs';

const readySeconds = 60;
const drainSeconds = 25;
const steadySeconds = 30;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

/**
 * As in the Dockerfile. A group's objects live until its commit: in a young generation of the default size they are copied,
 * and copied again, which took an eighth of a service's time under load (docs/performance.md).
 */
const nodeOptions = ['--enable-source-maps', '--max-semi-space-size=64'];

/**
 * One service as a child process that comes back when it dies. Its output goes straight into a file, so that it lives on
 * undisturbed if this process is killed.
 */
export class Service {
  #options;
  #hurry;
  #identity;
  #stopping = false;
  #asked = false;
  #pauseMs = firstPauseMs;
  #restart;

  /**
   * @param {{
   *   name: string, port: number, env: NodeJS.ProcessEnv, logFile: string,
   *   onProcess: (name: string, identity: import('./process-identity.mjs').ProcessIdentity) => void,
   *   say: (text: string) => void, hurry: AbortSignal,
   * }} options
   */
  constructor({ hurry, ...options }) {
    this.#options = options;
    this.#hurry = hurry;
  }

  /** Starts it and waits until it says that it is ready; rejects with the end of its log when it dies before. */
  async start() {
    const { name, port, logFile } = this.#options;
    mkdirSync(path.dirname(logFile), { recursive: true });
    if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`);
    const child = this.#spawn();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let dead = false;
    void ended.then(() => (dead = true));
    await waitUntil(
      async () => {
        if (dead) throw new GaveUp(`${name} ended before it was ready:\n${tail(logFile, 25)}`);
        const response = await fetch(`http://127.0.0.1:${port}/health/ready`, {
          signal: AbortSignal.timeout(2000),
        });
        if (!response.ok)
          throw new Error(`it answers ${response.status} ${(await response.text()).slice(0, 300)}`);
        return true;
      },
      { seconds: readySeconds, what: `${name} being ready on port ${port} (log: ${logFile})`, everyMs: 50 },
    );
    this.#watch(child);
  }

  /** Lets it finish what it has in hand, then kills it. */
  async stop() {
    this.#stopping = true;
    clearTimeout(this.#restart);
    await end(this.#identity, { graceSeconds: drainSeconds, hurry: this.#hurry });
  }

  #spawn() {
    const { name, env, logFile, onProcess } = this.#options;
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(process.execPath, [...nodeOptions, entryOf(name)], {
      cwd: root,
      env,
      detached: true, // Ctrl-C is ours to handle: services first, then the servers that they stand on
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.on('error', () => undefined);
    this.#identity = child.pid === undefined ? null : identify(child.pid);
    if (this.#identity) onProcess(name, this.#identity);
    return child;
  }

  #watch(child) {
    const startedAt = Date.now();
    const onExit = (code, signal) => {
      if (this.#stopping) return;
      if (this.#asked) {
        this.#asked = false;
        this.#watch(this.#spawn());
        return;
      }
      if (Date.now() - startedAt > steadySeconds * 1000) this.#pauseMs = firstPauseMs;
      this.#options.say(
        `${this.#options.name} ended (${signal ?? `exit code ${code}`}); starting it again in ${this.#pauseMs / 1000} s`,
      );
      this.#restart = setTimeout(() => this.#watch(this.#spawn()), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    };
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
    else child.once('exit', onExit);
  }

  /** Ends the process and lets the watch start it anew, on what has been built meanwhile. */
  async restart() {
    this.#asked = true;
    await end(this.#identity, { graceSeconds: drainSeconds, hurry: this.#hurry });
  }
}
