import util from 'node:util';

const paint = (style, text, stream) =>
  stream.isTTY && !process.env.NO_COLOR ? util.styleText(style, text) : text;

const good = ['green', '✔'];
const bad = ['red', '✘'];

/**
 * One line per step: what it is, how it came out, how long it took.
 * In a terminal the line is there while the step runs and is rewritten at its end; elsewhere it is written once.
 */
export class Steps {
  #stream;
  #quiet;
  #open = new Set();

  /** @param {{ stream?: NodeJS.WriteStream, quiet?: boolean }} [options] quiet: only failures are written */
  constructor({ stream = process.stdout, quiet = false } = {}) {
    this.#stream = stream;
    this.#quiet = quiet;
  }

  /**
   * @template T
   * @param {string} title
   * @param {(say: (outcome: string, isGood?: boolean) => void) => Promise<T> | T} work says in a few words how it came out
   * @returns {Promise<T>}
   */
  async step(title, work) {
    const startedAt = performance.now();
    const step = { title };
    let [outcome, mark] = ['', good];
    this.#open.add(step);
    this.#showOpen();
    try {
      const result = await work((text, isGood = true) => ([outcome, mark] = [text, isGood ? good : bad]));
      this.#open.delete(step);
      this.#line(mark, title, outcome, startedAt, { always: mark === bad });
      return result;
    } catch (error) {
      this.#open.delete(step);
      this.#line(bad, title, 'failed', startedAt, { always: true });
      throw error;
    }
  }

  /** A line of its own between the steps. */
  say(text) {
    if (!this.#quiet) this.#write(`  ${text}\n`);
  }

  /** Text as it is, between the steps. */
  print(text) {
    this.#write(`${text.trimEnd()}\n`);
  }

  /** Like `say`, for what has to be seen even when nothing else is. */
  warn(text) {
    this.#write(`${paint('yellow', '!', this.#stream)} ${text}\n`);
  }

  #line([style, mark], title, outcome, startedAt, { always = false } = {}) {
    if (this.#quiet && !always) return;
    const seconds = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    this.#write(
      `${paint(style, mark, this.#stream)} ${title.padEnd(14)} ${outcome.padEnd(62)} ${paint('dim', seconds.padStart(7), this.#stream)}\n`,
    );
  }

  #write(text) {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
    this.#stream.write(text);
    this.#showOpen();
  }

  #showOpen() {
    if (!this.#stream.isTTY || this.#quiet || this.#open.size === 0) return;
    const titles = [...this.#open].map((step) => step.title).join(', ');
    this.#stream.write(`\r\x1b[K${paint('dim', `… ${titles}`, this.#stream)}`);
  }
}
