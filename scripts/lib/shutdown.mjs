/**
 * What has to be undone before the process may end, in the reverse order of its doing; also when the end comes by Ctrl-C
 * in the middle of the set-up. Whatever is started is to be handed over before it is waited for.
 */
export class Shutdown {
  /** @type {{ title: string, undo: () => Promise<unknown> | unknown }[]} */
  #undo = [];
  /** @type {Promise<void> | undefined} */
  #running;
  #done = false;
  #before;
  #hurry = new AbortController();

  /** @param {{ before?: () => Promise<unknown> }} [options] before: ends what is under way, ahead of the undoing */
  constructor({ before = async () => undefined } = {}) {
    this.#before = before;
  }

  /** Aborted when whoever waits for the end has lost patience: what drains is to be killed instead. */
  get hurry() {
    return this.#hurry.signal;
  }

  losePatience() {
    this.#hurry.abort();
  }

  /** True once the end has begun: no more is to be started. */
  get begun() {
    return this.#running !== undefined;
  }

  /**
   * @param {string} title
   * @param {() => Promise<unknown> | unknown} undo
   */
  add(title, undo) {
    this.#undo.push({ title, undo });
    if (this.#done) void this.#runAll().catch(() => undefined);
  }

  /**
   * Undoes everything, once; a failure of one does not keep the others from being undone.
   * What is added while this runs is undone too.
   *
   * @returns {Promise<void>} rejects with the failures, at the end
   */
  run() {
    this.#running ??= this.#before().then(() => this.#runAll());
    return this.#running;
  }

  async #runAll() {
    const failures = [];
    for (let next = this.#undo.pop(); next; next = this.#undo.pop()) {
      try {
        await next.undo();
      } catch (error) {
        failures.push(new Error(`${next.title} could not be stopped: ${error.message}`));
      }
    }
    this.#done = true;
    if (failures.length > 0)
      throw new AggregateError(failures, failures.map((error) => error.message).join('\n'));
  }
}

/**
 * Calls back once for the first request to end. One key press arrives up to twice (the terminal sends it to the whole
 * group, npm passes its own on), so only a signal that comes clearly later is a second request.
 *
 * @param {{ onFirst: (signal: NodeJS.Signals) => void, onSecond?: () => void }} handlers
 */
export function onEndRequested({ onFirst, onSecond }) {
  let firstAt;
  const handle = (signal) => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      onFirst(signal);
    } else if (Date.now() - firstAt > 1000) {
      onSecond?.();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, handle);
}
