import { PreconditionFailedException } from '@nestjs/common';
import { formatEtag } from '#libs/http/etag.js';
import { Fault, LoneFault } from '#libs/kernel/errors.js';
import { waitingCall } from '#libs/saga/engine/instance.js';
import { instanceOfRow, sagas, type SagaRow } from '#libs/saga/runner/saga.row.js';
import { actOnSaga } from '../../../apps/order-service/src/operations/sagas/act/act-on-saga.unit.js';
import type { SagaAction } from '../../../apps/order-service/src/operations/sagas/act/saga-action.js';
import type { Cluster, Databases } from '../services/cluster.js';
import { changesOf, type Report } from '../invariants/commit-observer.js';
import { Life } from '../world/life.js';
import type { SimulatedProvider } from '../world/simulated-provider.js';
import type { World } from '../world/simulation-world.js';

/** Somebody who acts on any saga at any moment. */
export class Operator {
  /** Orders to be refunded by hand as soon as their saga waits for a refund. */
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
    void this.#act(sagaId, 'compensate');
  }

  retry(sagaId: string): void {
    void this.#act(sagaId, 'retry');
  }

  /** Refunds at the bank by hand once the saga waits for a refund, and reports it; only that can be done by hand. */
  resolve(orderId: string): void {
    this.#watched.add(orderId);
  }

  async #resolve(sagaId: string): Promise<void> {
    const saga = this.databases.orders.peek(sagas, sagaId);
    if (!saga || !isWaitingForRefund(saga)) return;
    const life = new Life('operator', this.world.schedule, 0);
    this.bank.usedByHand.add(paymentOf(saga));
    try {
      await this.bank.connect(life).refund({ key: paymentOf(saga), orderId: saga.subject });
    } catch {
      // The bank cannot be reached, so the refund was not made, and nobody reports that it was.
      return;
    }
    await this.#act(sagaId, 'resolve', formatEtag(saga.revision));
  }

  async #act(sagaId: string, action: SagaAction, ifMatch?: string): Promise<void> {
    const { trace, coverage } = this.world;
    const saga = this.databases.orders.peek(sagas, sagaId);
    const process = this.cluster.someOrderProcess;
    if (!saga || !process) return;
    const acting = {
      saga: { id: saga.id, subject: saga.subject },
      action,
      reason: 'it seemed best',
      ifMatch,
      confirms: null,
    };
    const { runner, definitions } = process;
    try {
      const { act } = actOnSaga(acting, runner as never, definitions as never);
      const { outcome } = await process.units.run(act);
      trace.note('operator', () => `${action} saga ${sagaId}: ${outcome}`);
      coverage.count(`operator.${action} ${outcome}`);
    } catch (error) {
      if (error instanceof PreconditionFailedException) coverage.count(`operator.${action} too-late`);
      // The database is away, or the process does not know the saga's version: the operator may try again later.
      else if (!(error instanceof Fault || error instanceof LoneFault)) {
        this.report('operators are not answered with a defect', String(error));
      }
    }
  }
}

function isWaitingForRefund(saga: SagaRow): boolean {
  const call = waitingCall(instanceOfRow(saga));
  return (
    call?.step === 'refund-payment' || (call?.step === 'take-payment' && call.operation === 'compensation')
  );
}

/** The payment that the saga refunds, by the name that this kind of saga has for it. */
function paymentOf({ data }: SagaRow): string {
  const { paymentId, payment, what } = data as {
    readonly paymentId?: string;
    readonly payment?: { readonly paymentId?: string };
    readonly what?: { readonly id: string };
  };
  return (paymentId ?? payment?.paymentId ?? what?.id)!;
}
