import { Fault, OutcomeUnknown, Refusal } from '#libs/kernel/errors.js';
import type { Report } from '../invariants/commit-observer.js';
import type { Cluster } from '../services/cluster.js';
import type { OrderProcess } from '../services/order-process.js';
import type { World } from '../world/simulation-world.js';

const maxRetryDelayMs = 8_000;

/** Whoever cannot ask again waits for as long. */
const patienceMs = 60_000;

/** What only another use of one's own names can lead to. Nobody here uses one of theirs twice. */
const ofTakenNames: ReadonlySet<string> = new Set(['idempotency-key-reused', 'order-exists']);

export interface ClientRequest<Answer> {
  readonly client: string;
  readonly send: (process: OrderProcess) => Promise<Answer>;
  /** Whether the answer is to this request, and for whoever asked. */
  readonly isOwn: (answer: Answer) => boolean;
  /** Without an Idempotency-Key it is sent again only when nothing was done. */
  readonly hasKey: boolean;
  /** Codes of refusals after which the request is sent again. */
  readonly transientRefusals?: ReadonlySet<string>;
}

/** Sends one request to processes of order-service, again and again under one key, until an answer arrives. */
export class RetryingClient<Answer> {
  /** Undefined until an answer arrives; null when the request was refused, or its sender has given up. */
  outcome: Answer | null | undefined;
  /** The first answer that was sent, whether or not it arrived. */
  firstAnswer: Answer | undefined;
  /** Every attempt was said to have done nothing. */
  isSaidToBeUndone = true;
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
    const process = this.cluster.someOrderProcess;
    if (!process) return this.#beginLater();
    this.#attempts += 1;
    const attempt = this.#attempts;
    void this.#send(process);
    // Whatever happens to this attempt: its connection may break, its answer may be lost, its process may die.
    if (this.request.hasKey) this.#beginLater();
    else this.world.schedule.after(patienceMs, () => this.#giveUp(attempt));
  }

  #beginLater(): void {
    const { schedule, chance } = this.world;
    schedule.after(chance.between(maxRetryDelayMs / 2, maxRetryDelayMs), () => this.begin());
  }

  async #send(process: OrderProcess): Promise<void> {
    const { isSaidToBeUndone } = this;
    this.isSaidToBeUndone = false;
    try {
      this.#answered(await this.request.send(process));
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) this.isSaidToBeUndone = isSaidToBeUndone;
      if (error instanceof Refusal) this.#refused(error);
      else if (!(error instanceof Fault)) {
        this.report('nobody is answered with a defect', `${this.request.client}: ${String(error)}`);
      } else if (!this.request.hasKey && this.isSaidToBeUndone) this.#beginLater();
    }
  }

  #answered(answer: Answer): void {
    const { trace, faults, coverage } = this.world;
    const { client, isOwn } = this.request;
    if (!isOwn(answer)) {
      this.report('everybody is answered what they asked', `${client} got ${JSON.stringify(answer)}`);
    }
    if (this.firstAnswer !== undefined && JSON.stringify(this.firstAnswer) !== JSON.stringify(answer)) {
      this.report('one answer per idempotency key', `${client} had two different ones`);
    }
    this.firstAnswer ??= answer;
    if (this.isAnswered) return;
    if (faults.strikes('answer-lost')) return trace.note(client, () => 'does not hear the answer');
    trace.note(client, () => `has an answer after ${this.#attempts} attempts`);
    coverage.count('client.answered');
    if (this.#attempts > 1) coverage.count('client.retried');
    if (!this.request.hasKey) coverage.count('client.answered without a key');
    this.outcome = answer;
  }

  #refused(refusal: Refusal): void {
    const { client, transientRefusals, hasKey } = this.request;
    this.world.coverage.count(`refusal.${refusal.code}`);
    this.world.trace.note(client, () => `is refused: ${refusal.code}`);
    if (ofTakenNames.has(refusal.code)) {
      this.report("nobody's names are taken by somebody else", `${client} is told ${refusal.code}`);
    }
    if (!transientRefusals?.has(refusal.code)) this.outcome ??= null;
    else if (!hasKey) this.#beginLater();
  }

  #giveUp(attempt: number): void {
    if (attempt !== this.#attempts || this.isAnswered) return;
    this.world.coverage.count('client.gave up without a key');
    this.outcome = null;
  }
}
