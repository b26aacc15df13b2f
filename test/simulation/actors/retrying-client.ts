import { Fault, LoneFault, Refusal } from '#libs/kernel/errors.js';
import type { Report } from '../invariants/watcher.js';
import type { Cluster } from '../services/cluster.js';
import type { OrderProcess } from '../services/order-process.js';
import type { World } from '../world/simulation-world.js';

const patienceMs = 8_000;

export interface Wish<Answer> {
  readonly who: string;
  readonly ask: (process: OrderProcess) => Promise<Answer>;
  /** Refusals that pass by themselves, after which it is asked again. */
  readonly passing?: ReadonlySet<string>;
}

/** Asks some process of order-service for one thing, again and again under one key, until an answer is heard. */
export class Insistence<Answer> {
  /** Undefined until an answer is heard; null when it was refused. */
  outcome: Answer | null | undefined;
  /** The first answer that was given, heard or not. */
  given: Answer | undefined;
  #tries = 0;

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    private readonly wish: Wish<Answer>,
    private readonly report: Report,
  ) {}

  get isHeard(): boolean {
    return this.outcome !== undefined;
  }

  begin(): void {
    if (this.isHeard) return;
    const { schedule, chance } = this.world;
    this.#tries += 1;
    const process = this.cluster.someOrderProcess;
    if (process) void this.#ask(process);
    // Whatever becomes of it: a connection that breaks, an answer that is lost, a process that dies.
    schedule.after(chance.between(patienceMs / 2, patienceMs), () => this.begin());
  }

  async #ask(process: OrderProcess): Promise<void> {
    try {
      this.#answered(await this.wish.ask(process));
    } catch (error) {
      if (error instanceof Refusal) this.#refused(error);
      else if (!(error instanceof Fault || error instanceof LoneFault)) {
        this.report('nobody is answered with a defect', `${this.wish.who}: ${String(error)}`);
      }
    }
  }

  #answered(answer: Answer): void {
    const { trace, faults, coverage } = this.world;
    const { who } = this.wish;
    if (this.given !== undefined && JSON.stringify(this.given) !== JSON.stringify(answer)) {
      this.report('one answer per idempotency key', `${who} had two different ones`);
    }
    this.given ??= answer;
    if (this.isHeard) return;
    if (faults.strikes('answer-lost')) return trace.note(who, () => 'does not hear the answer');
    trace.note(who, () => `has an answer after ${this.#tries} tries`);
    coverage.count('caller.answered');
    if (this.#tries > 1) coverage.count('caller.tried-again');
    this.outcome = answer;
  }

  #refused(refusal: Refusal): void {
    this.world.coverage.count(`refusal.${refusal.code}`);
    this.world.trace.note(this.wish.who, () => `is refused: ${refusal.code}`);
    if (!this.wish.passing?.has(refusal.code)) this.outcome ??= null;
  }
}
