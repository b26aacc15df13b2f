import { Fault, LoneFault } from '#libs/kernel/errors.js';
import { waitingCall } from '#libs/saga/instance.js';
import type { SagaRequest } from '#libs/saga/saga-runner.js';
import { instanceOfRow, sagas, type SagaRow } from '#libs/saga/saga.row.js';
import type { Cluster, Databases } from '../services/cluster.js';
import { changesOf, type Report } from '../invariants/watcher.js';
import { Life } from '../world/life.js';
import type { SimulatedProvider } from '../world/simulated-provider.js';
import type { World } from '../world/simulation-world.js';

/** Somebody who steps in, at whatever moment, on whatever saga. */
export class Operator {
  /** Orders whose refund is taken into hand as soon as one is waited for. */
  readonly #watched = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    private readonly databases: Databases,
    private readonly bank: SimulatedProvider,
    private readonly report: Report,
  ) {
    databases.orders.onCommitted((commit) => {
      for (const { after } of changesOf(commit, sagas)) {
        if (!after || !this.#watched.has(after.subject) || !isWaitingForRefund(after)) continue;
        this.#watched.delete(after.subject);
        world.schedule.after(world.chance.longTailed(0, 60_000), () => void this.#resolve(after.id));
      }
    });
  }

  rollBack(sagaId: string): void {
    const reason = { code: 'cancelled-by-customer', detail: 'An operator decided so.' };
    void this.#request(sagaId, { type: 'roll-back-requested', reason });
  }

  retry(sagaId: string): void {
    void this.#request(sagaId, { type: 'retry-requested', note: 'let us see' });
  }

  /** Refunds at the bank by hand when a refund is waited for, and says so; anything else nobody could do by hand. */
  resolve(orderId: string): void {
    this.#watched.add(orderId);
  }

  async #resolve(sagaId: string): Promise<void> {
    const saga = this.databases.orders.peek(sagas, sagaId);
    if (!saga || !isWaitingForRefund(saga)) return;
    const { paymentId, payment } = saga.data as { paymentId?: string; payment?: { paymentId?: string } };
    const desk = new Life('operator', this.world.schedule, 0);
    try {
      await this.bank
        .connect(desk)
        .refund({ key: (paymentId ?? payment?.paymentId)!, orderId: saga.subject });
    } catch {
      // The bank cannot be reached: so the refund was not made by hand, and nobody says that it was.
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
      // The database is away, or the process does not know the saga's version: the operator comes again some day.
      if (!(error instanceof Fault || error instanceof LoneFault))
        this.report('operators are not answered with a defect', String(error));
    }
  }
}

function isWaitingForRefund(saga: SagaRow): boolean {
  const call = waitingCall(instanceOfRow(saga));
  return (
    call?.step === 'refund-payment' || (call?.step === 'take-payment' && call.operation === 'compensation')
  );
}
