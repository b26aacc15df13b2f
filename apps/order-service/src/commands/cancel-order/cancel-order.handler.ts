import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { Outbox } from '#libs/messaging/outbox';
import { annotate } from '#libs/observability';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { SagaRunner } from '#libs/saga/runner';
import { countAnswer } from '../idempotency/count-answer.js';
import { idempotent, type Answer } from '../idempotency/idempotent.js';
import type { OrderAct } from '../../sagas/order-act.js';
import { CancelOrder } from './cancel-order.command.js';
import { cancelOrder } from './cancel-order.unit.js';

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly sagas: SagaRunner<OrderAct>,
    private readonly outbox: Outbox,
  ) {}

  async execute({ idempotency, ...cancellation }: CancelOrder): Promise<Answer<OrderDocument>> {
    annotate({ orderId: cancellation.orderId });
    const unit = cancelOrder(cancellation, this.sagas, this.outbox);
    const answer = await this.units.run(idempotent(idempotency, unit));
    countAnswer(idempotency, answer);
    return answer;
  }
}
