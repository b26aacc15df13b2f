import type { SagaRequest } from '#libs/saga/saga-runner.js';
import { sagas } from '#libs/saga/saga.row.js';
import type { Cluster, Databases } from '../services/cluster.js';
import { Life } from '../world/life.js';
import type { SimulatedProvider } from '../world/simulated-provider.js';
import type { World } from '../world/simulation-world.js';

/** Somebody who steps in, at whatever moment, on whatever saga. */
export class Operator {
  readonly #life: Life;

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    private readonly databases: Databases,
    private readonly bank: SimulatedProvider,
  ) {
    this.#life = new Life('operator', world.schedule, 0);
  }

  rollBack(sagaId: string): Promise<void> {
    const reason = { code: 'cancelled-by-customer', detail: 'An operator decided so.' };
    return this.#request(sagaId, { type: 'roll-back-requested', reason });
  }

  retry(sagaId: string): Promise<void> {
    return this.#request(sagaId, { type: 'retry-requested', note: 'let us see' });
  }

  /** Refunds at the bank by hand where a refund is waited for, and says so; anything else nobody could do by hand. */
  async resolve(sagaId: string): Promise<void> {
    const saga = this.databases.orders.peek(sagas, sagaId);
    const call = saga?.calls.at(-1);
    if (call?.step !== 'take-payment' || call.operation !== 'compensation' || call.state !== 'waiting')
      return;
    const { paymentId } = saga!.data as { paymentId: string };
    try {
      await this.bank.connect(this.#life).refund({ key: paymentId, orderId: saga!.subject });
    } catch {
      return;
    }
    await this.#request(sagaId, { type: 'resolve-requested', note: 'refunded at the bank' });
  }

  async #request(sagaId: string, request: SagaRequest): Promise<void> {
    const saga = this.databases.orders.peek(sagas, sagaId);
    const process = this.cluster.someOrderProcess;
    if (!saga || !process) return;
    const reference = { id: saga.id, subject: saga.subject };
    try {
      const outcome = await process.units.run({
        name: 'operator-request',
        load: process.runner.loadsOf(reference),
        decide: (work) => process.runner.takeIn(work, reference, request),
      });
      this.world.trace.note('operator', () => `${request.type} for saga ${sagaId}: ${outcome}`);
      this.world.coverage.count(`operator.${request.type}.${outcome}`);
    } catch (error) {
      // Not known here, or the database is away: the operator sees an error, and somebody else will have to look.
      this.world.trace.note('operator', () => `${request.type} for saga ${sagaId}: ${String(error)}`);
    }
  }
}
