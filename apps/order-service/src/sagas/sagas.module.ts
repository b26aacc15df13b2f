import { Module, type DynamicModule } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Inbox } from '#libs/messaging/inbox';
import { Outbox } from '#libs/messaging/outbox';
import { StatsRefresher } from '#libs/observability';
import { backgroundSourceToken } from '#libs/persistence/database';
import { UNIT_OF_WORK_RUNNER, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import {
  activeSagas,
  countSagas,
  DeadlinePoller,
  dueSagas,
  SagaRunner,
  showActiveSagas,
} from '#libs/saga/runner';
import { SagaDefinitions } from '#libs/saga/definition';
import type { OrderAct } from './order-act.js';
import { orderSagas } from './order-sagas.js';
import { OrderBinding } from './order.binding.js';
import { SagaRepliesConsumer } from './saga-replies.consumer.js';
import { PlaceOrderStarter } from './start-place-order.js';

interface SagasOptions {
  readonly worker: boolean;
  /** See SagaRunner. */
  readonly timeScale: number;
}

/** Starts sagas in every process; takes replies and fires deadlines where the process is a worker. */
@Module({})
export class SagasModule {
  static forRoot({ worker, timeScale }: SagasOptions): DynamicModule {
    return {
      module: SagasModule,
      controllers: worker ? [SagaRepliesConsumer] : [],
      providers: [
        OrderBinding,
        PlaceOrderStarter,
        { provide: SagaDefinitions, useValue: orderSagas },
        {
          provide: SagaRunner,
          inject: [UNIT_OF_WORK_RUNNER, Outbox, Inbox, OrderBinding],
          useFactory: (units: UnitOfWorkRunner, outbox: Outbox, inbox: Inbox, binding: OrderBinding) => {
            countSagas(units, orderSagas.all);
            return new SagaRunner(units, outbox, inbox, orderSagas, binding, undefined, timeScale);
          },
        },
        ...(worker ? [poller] : []),
      ],
      exports: [PlaceOrderStarter, SagaDefinitions, SagaRunner],
    };
  }
}

const poller = {
  provide: DeadlinePoller,
  inject: [SagaRunner, backgroundSourceToken(), StatsRefresher],
  useFactory: (runner: SagaRunner<OrderAct>, source: DataSource, stats: StatsRefresher) => {
    showActiveSagas(stats, orderSagas.all, () => activeSagas(source));
    return new DeadlinePoller(runner, (limit) => dueSagas(source, orderSagas.all, limit));
  },
};
