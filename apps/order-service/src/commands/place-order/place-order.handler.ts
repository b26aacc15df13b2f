import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { OutcomeUnknown } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { Outbox } from '#libs/messaging/outbox';
import { annotate } from '#libs/observability';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { countAnswer } from '../idempotency/count-answer.js';
import { idempotent, type Answer } from '../idempotency/idempotent.js';
import { OrderNumbers } from '../../persistence/order-numbers.js';
import { PlaceOrderStarter } from '../../sagas/start-place-order.js';
import { PlaceOrder } from './place-order.command.js';
import { acceptOrder } from './place-order.unit.js';

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly numbers: OrderNumbers,
    private readonly outbox: Outbox,
    private readonly saga: PlaceOrderStarter,
  ) {}

  async execute({ caller, customerId, request, idempotency }: PlaceOrder): Promise<Answer<OrderDocument>> {
    const orderId = newId();
    annotate({ orderId });
    const placement = { orderId, number: await this.numbers.next(), caller, customerId, request };
    const accept = acceptOrder(placement, this.outbox, (work, order) =>
      this.saga.start(work, order, request.payment.token ?? null),
    );
    const answer = await this.units
      .run(idempotent(idempotency, accept))
      .catch((error: unknown) => throwNaming(orderId, error));
    countAnswer(idempotency, answer);
    return answer;
  }
}

/** Who is not told whether the order was placed is told where it is, if it was. */
function throwNaming(orderId: string, error: unknown): never {
  if (!(error instanceof OutcomeUnknown)) throw error;
  throw new OutcomeUnknown(error.message, { cause: error }, { orderId, order: `/api/orders/${orderId}` });
}
