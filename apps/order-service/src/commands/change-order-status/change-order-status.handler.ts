import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { Outbox } from '#libs/messaging/outbox';
import { annotate } from '#libs/observability';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { countAnswer } from '../idempotency/count-answer.js';
import { idempotent, type Answer } from '../idempotency/idempotent.js';
import { ChangeOrderStatus } from './change-order-status.command.js';
import { changeOrderStatus } from './change-order-status.unit.js';

@CommandHandler(ChangeOrderStatus)
export class ChangeOrderStatusHandler implements ICommandHandler<ChangeOrderStatus> {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
  ) {}

  async execute({ idempotency, ...change }: ChangeOrderStatus): Promise<Answer<OrderDocument>> {
    annotate({ orderId: change.orderId });
    const answer = await this.units.run(idempotent(idempotency, changeOrderStatus(change, this.outbox)));
    countAnswer(idempotency, answer);
    return answer;
  }
}
