import type { QueryBus } from '@nestjs/cqrs';
import { queues } from '#libs/contracts/topology.js';
import { Cursors } from '#libs/http/cursor.js';
import { Sweeper } from '#libs/persistence/housekeeping/sweeper.js';
import type { UnitOfWorkRunner, WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { DeadlinePoller } from '#libs/saga/runner/deadline-poller.js';
import { SagaDefinitions, type AnySagaDefinition } from '#libs/saga/definition/saga-definitions.js';
import { SagaRunner } from '#libs/saga/runner/saga-runner.js';
import { sagas } from '#libs/saga/runner/saga.row.js';
import { CancelOrderHandler } from '../../../apps/order-service/src/commands/cancel-order/cancel-order.handler.js';
import { ChangeOrderStatusHandler } from '../../../apps/order-service/src/commands/change-order-status/change-order-status.handler.js';
import { CatalogueConsumer } from '../../../apps/order-service/src/catalogue/catalogue.consumer.js';
import { reconciliationRuns } from '../../../apps/order-service/src/operations/reconciliation/reconciliation-run.row.js';
import type { ListedItems } from '../../../apps/order-service/src/operations/reconciliation/run/listed-items.js';
import { ReconciliationBatches } from '../../../apps/order-service/src/operations/reconciliation/run/reconciliation-batches.reader.js';
import { ReconciliationPagesConsumer } from '../../../apps/order-service/src/operations/reconciliation/run/reconciliation-pages.consumer.js';
import { ReconciliationWorker } from '../../../apps/order-service/src/operations/reconciliation/run/reconciliation-worker.js';
import type { NumberBlocks } from '../../../apps/order-service/src/persistence/order-number-blocks.js';
import { OrderNumbers } from '../../../apps/order-service/src/persistence/order-numbers.js';
import { OrderViewProjector } from '../../../apps/order-service/src/queries/order-view/order-view.projector.js';
import { ViewRepair } from '../../../apps/order-service/src/queries/order-view/view-repair.js';
import { viewSweeps } from '../../../apps/order-service/src/queries/order-view/view-sweep.js';
import { OrderWatch } from '../../../apps/order-service/src/queries/order-view/order-watch.js';
import { OrderFreshness } from '../../../apps/order-service/src/queries/order-view/order-freshness.js';
import { OrderViewReader } from '../../../apps/order-service/src/queries/order-view/order-view.reader.js';
import { OrderDetailsController } from '../../../apps/order-service/src/queries/order-details/order-details.controller.js';
import { OrderDetailsHandler } from '../../../apps/order-service/src/queries/order-details/order-details.handler.js';
import { OrderHistoryController } from '../../../apps/order-service/src/queries/order-history/order-history.controller.js';
import { OrderHistoryHandler } from '../../../apps/order-service/src/queries/order-history/order-history.handler.js';
import type { OrderHistory } from '../../../apps/order-service/src/queries/order-history/order-history.query.js';
import type { ProjectionLag } from '../../../apps/order-service/src/queries/order-view/projection-lag.js';
import { placeOrderSaga } from '../../../apps/order-service/src/sagas/place-order.saga.js';
import { PlaceOrderHandler } from '../../../apps/order-service/src/commands/place-order/place-order.handler.js';
import { orderSagas } from '../../../apps/order-service/src/sagas/order-sagas.js';
import { OrderBinding } from '../../../apps/order-service/src/sagas/order.binding.js';
import { SagaRepliesConsumer } from '../../../apps/order-service/src/sagas/saga-replies.consumer.js';
import { PlaceOrderStarter } from '../../../apps/order-service/src/sagas/start-place-order.js';
import type { Life } from '../world/life.js';
import type { SimulatedDatabase } from '../world/simulated-database.js';
import { step } from '../world/simulation-world.js';
import {
  put,
  type Act,
  type AnyCommand,
  type ComparedBooks,
  type Place,
  type QueryHandler,
} from './parts.js';
import { pollDue } from './poll-due.js';
import { orderViewsOf, writtenOrdersOf } from './simulated-reading.js';
import { sourceOf } from './simulated-source.js';
import { SimulatedPruneLeases } from './simulated-prune-leases.js';
import { committerOf, SimulatedProcess, type ProcessContext } from './simulated-process.js';

/** The simulation measures no projection lag. */
const noProjectionLag = { observe: () => undefined } as unknown as ProjectionLag;

/** So soon that late events are overtaken. Some commits are later still: the pass over all orders finds those. */
const sweepSettings = { everySeconds: 30, allEveryHours: 1 / 20, quietSeconds: 20 };

/** The release after this one: new sagas begin with a version of their own, those under way keep theirs. */
const nextPlaceOrderSaga: typeof placeOrderSaga = { ...placeOrderSaga, version: placeOrderSaga.version + 1 };

/** Orders that changed so shortly before a comparison of books are left out of it. */
export const quietSeconds = 20;

export type Release = 'this' | 'next';

/** order-service, one process that is API and worker, at a release. */
export class OrderProcess extends SimulatedProcess {
  readonly placeOrder: Pick<PlaceOrderHandler, 'execute'>;
  readonly cancelOrder: Pick<CancelOrderHandler, 'execute'>;
  readonly changeStatus: Pick<ChangeOrderStatusHandler, 'execute'>;
  readonly details: OrderDetailsController;
  readonly history: OrderHistoryController;
  readonly cursors = new Cursors('the secret of all processes');
  readonly runner: SagaRunner<Act>;
  readonly definitions: SagaDefinitions<Act>;

  constructor(
    context: ProcessContext,
    life: Life,
    databases: { readonly orders: SimulatedDatabase; readonly views: SimulatedDatabase },
    release: Release,
  ) {
    super(context, life, databases.orders, 'order-service');
    const { parts } = context;
    const views = { ...this.place, database: databases.views };
    const readUnits = put<UnitOfWorkRunner>(parts.units, committerOf(views, parts), views);
    const released = release === 'this' ? orderSagas.all : [...orderSagas.all, nextPlaceOrderSaga];
    const definitions = released.map((definition) => parts.definition?.(definition) ?? definition);
    const known = new SagaDefinitions<Act>(definitions);
    this.definitions = known;
    this.runner = put(
      parts.runner,
      new SagaRunner(this.units, this.outbox, this.inbox, known, new OrderBinding(this.outbox)),
      this.place,
    );
    const starter = new PlaceOrderStarter(startingWith(this.runner, newestOf(definitions)));
    const numbers = new OrderNumbers(numberBlocksOf(databases.orders, this.place), life);
    this.placeOrder = this.#door(new PlaceOrderHandler(this.units, numbers, this.outbox, starter));
    this.cancelOrder = this.#door(new CancelOrderHandler(this.units, this.runner, this.outbox));
    this.changeStatus = this.#door(new ChangeOrderStatusHandler(this.units, this.outbox));
    const reader = new OrderViewReader(sourceOf(views));
    const watch = new OrderWatch(reader, life);
    const observed: Pick<OrderWatch, 'tell'> = {
      tell: (state) => {
        context.onShown(state);
        watch.tell(state);
      },
    };
    const freshness = put(parts.freshness, new OrderFreshness(reader, watch, sourceOf(this.place)), views);
    this.details = new OrderDetailsController(busTo(new OrderDetailsHandler(freshness)));
    const history = new OrderHistoryHandler(sourceOf(views), freshness);
    this.history = new OrderHistoryController(
      busTo(put<QueryHandler<OrderHistory>>(parts.history, history, views)),
      this.cursors,
    );
    this.consume(
      [queues.sagaReplies, queues.projections, queues.catalogue, queues.reconciliation],
      [
        new SagaRepliesConsumer(this.runner),
        new OrderViewProjector(readUnits, noProjectionLag, observed as OrderWatch),
        new CatalogueConsumer(this.units),
        new ReconciliationPagesConsumer(this.units, this.outbox),
      ],
    );
    this.#fireDeadlines(known);
    this.#sweepViews(views, readUnits);
  }

  #door<Asked extends AnyCommand, Answer>(handler: { execute(command: Asked): Promise<Answer> }) {
    const { command: otherwise } = this.context.parts;
    return { execute: (asked: Asked) => handler.execute(otherwise?.(asked) ?? asked) };
  }

  #sweepViews(views: Place, readUnits: UnitOfWorkRunner): void {
    const { parts, world } = this.context;
    const orders = put(parts.written, writtenOrdersOf(this.place), this.place);
    const units: Pick<UnitOfWorkRunner, 'run'> = {
      run: async (unit) => {
        const outcome = await readUnits.run(unit);
        world.coverage.count(`sweep.${String(outcome)}`);
        return outcome;
      },
    };
    const repair = new ViewRepair(orders, put(parts.views, orderViewsOf(views), views), units);
    this.#compareBooks(repair);
    const sweeps = viewSweeps(orders, repair, sweepSettings);
    new Sweeper(new SimulatedPruneLeases(this.place), sweeps, this.life).onApplicationBootstrap();
  }

  #compareBooks(repair: ViewRepair): void {
    const { parts } = this.context;
    const batches = put<ComparedBooks>(
      parts.batches,
      new ReconciliationBatches(sourceOf(this.place)),
      this.place,
    );
    const worker = new ReconciliationWorker(this.units, this.outbox, batches, nothingLeftOver, repair, {
      everyHours: 0,
      quietSeconds,
    });
    pollDue(this.place, reconciliationRuns, { dueAt: ({ dueAt }) => dueAt, act: () => worker.look() });
  }

  #fireDeadlines(known: SagaDefinitions<Act>): void {
    let due: { id: string; subject: string; revision: number }[] = [];
    const { world, life } = this.place;
    const poller = new DeadlinePoller(this.runner, async () => {
      const found = due;
      // What was found may be stale by the time that it is acted on.
      await step(world, life, 0, 20);
      return found;
    });
    const isKnown = (saga: string, version: number): boolean =>
      known.all.some((definition) => definition.name === saga && definition.version === version);
    pollDue(this.place, sagas, {
      dueAt: ({ deadlineAt, saga, version }) => (isKnown(saga, version) ? deadlineAt : null),
      act: async (rows) => {
        due = rows.map(({ id, subject, revision }) => ({ id, subject, revision }));
        await poller.pollOnce();
      },
    });
  }
}

/** What was listed stays: nobody reads it when its run is over. */
const nothingLeftOver: Pick<ListedItems, 'removeLeftOver'> = { removeLeftOver: () => Promise.resolve() };

/** As much of Nest's bus as a controller of one query uses. */
const busTo = (handler: QueryHandler<never>): QueryBus =>
  ({ execute: (query: never) => handler.execute(query) }) as unknown as QueryBus;

/** One statement in autocommit: it waits for no lock, and nobody waits for it. */
const numberBlocksOf = (database: SimulatedDatabase, { world, life }: Place): NumberBlocks => ({
  take: async (year, size) => {
    await step(world, life, 0, 2);
    database.expectWritable();
    const last = (database.handedOut.get(year) ?? 0) + size;
    database.handedOut.set(year, last);
    return last;
  },
});

/** A runner that begins sagas with the newest definition of its release. */
const startingWith = (runner: SagaRunner<Act>, newest: AnySagaDefinition<Act>): SagaRunner<Act> =>
  ({
    start: (work: WorkingSet, _: unknown, newSaga: Parameters<SagaRunner<Act>['start']>[2]) =>
      runner.start(work, newest, newSaga),
  }) as unknown as SagaRunner<Act>;

const newestOf = (definitions: readonly AnySagaDefinition<Act>[]): AnySagaDefinition<Act> =>
  definitions
    .filter(({ name }) => name === placeOrderSaga.name)
    .reduce((a, b) => (a.version > b.version ? a : b));
