import { Fault, LoneFault, Refusal } from '#libs/kernel/errors.js';
import type { Report } from '../invariants/commit-observer.js';
import type { Cluster } from '../services/cluster.js';
import type { OrderProcess } from '../services/order-process.js';
import type { World } from '../world/simulation-world.js';

const maxRetryDelayMs = 8_000;

export interface ClientRequest<Answer> {
  readonly client: string;
  readonly send: (process: OrderProcess) => Promise<Answer>;
  /** Codes of refusals after which the request is sent again. */
  readonly transientRefusals?: ReadonlySet<string>;
}

/** Sends one request to processes of order-service, again and again under one key, until an answer arrives. */
export class RetryingClient<Answer> {
  /** Undefined until an answer arrives; null when the request was refused. */
  outcome: Answer | null | undefined;
  /** The first answer that was sent, whether or not it arrived. */
  firstAnswer: Answer | undefined;
  #attempts = 0;

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    private readonly request: ClientRequest<Answer>,
    private readonly report: Report,
  ) {}

  get isAnswered(): boolean {
    return this.outcome !== undefined;
  }

  begin(): void {
    if (this.isAnswered) return;
    const { schedule, chance } = this.world;
    this.#attempts += 1;
    const process = this.cluster.someOrderProcess;
    if (process) void this.#send(process);
    // Whatever happens to this attempt: its connection may break, its answer may be lost, its process may die.
    schedule.after(chance.between(maxRetryDelayMs / 2, maxRetryDelayMs), () => this.begin());
  }

  async #send(process: OrderProcess): Promise<void> {
    try {
      this.#answered(await this.request.send(process));
    } catch (error) {
      if (error instanceof Refusal) this.#refused(error);
      else if (!(error instanceof Fault || error instanceof LoneFault)) {
        this.report('nobody is answered with a defect', `${this.request.client}: ${String(error)}`);
      }
    }
  }

  #answered(answer: Answer): void {
    const { trace, faults, coverage } = this.world;
    const { client } = this.request;
    if (this.firstAnswer !== undefined && JSON.stringify(this.firstAnswer) !== JSON.stringify(answer)) {
      this.report('one answer per idempotency key', `${client} had two different ones`);
    }
    this.firstAnswer ??= answer;
    if (this.isAnswered) return;
    if (faults.strikes('answer-lost')) return trace.note(client, () => 'does not hear the answer');
    trace.note(client, () => `has an answer after ${this.#attempts} attempts`);
    coverage.count('client.answered');
    if (this.#attempts > 1) coverage.count('client.retried');
    this.outcome = answer;
  }

  #refused(refusal: Refusal): void {
    this.world.coverage.count(`refusal.${refusal.code}`);
    this.world.trace.note(this.request.client, () => `is refused: ${refusal.code}`);
    if (!this.request.transientRefusals?.has(refusal.code)) this.outcome ??= null;
  }
}
