import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { OutcomeUnknown } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { Outbox } from '#libs/messaging/outbox';
import { annotate } from '#libs/observability';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { countAnswer } from '../idempotency/count-answer.js';
import { idempotent, type Answer } from '../idempotency/idempotent.js';
import { CustomerNotYours, maySeeCustomer } from '../../domain/order-access.js';
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

  async execute({ caller, customerId, requested, idempotency }: PlaceOrder): Promise<Answer<OrderDocument>> {
    if (!maySeeCustomer(caller, customerId)) throw new CustomerNotYours();
    const orderId = newId();
    annotate({ orderId });
    const number = await this.numbers.next();
    const placement = { orderId, number, caller: caller.subject, customerId, requested };
    const accept = acceptOrder(placement, this.outbox, (work, order) =>
      this.saga.start(work, order, requested.payment.token),
    );
    const answer = await this.units
      .run(idempotent(idempotency, accept))
      .catch((error: unknown) => throwNaming(orderId, error));
    countAnswer(idempotency, answer);
    return answer;
  }
}

/** A caller who cannot be told whether the order was placed is told its id, if it was. */
function throwNaming(orderId: string, error: unknown): never {
  if (!(error instanceof OutcomeUnknown)) throw error;
  throw new OutcomeUnknown(error.message, { cause: error }, { orderId });
}
