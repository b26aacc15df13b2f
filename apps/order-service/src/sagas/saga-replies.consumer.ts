import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { MessageType } from '#libs/contracts/message-type.js';
import type { Envelope } from '#libs/messaging/envelope.js';
import { SagaRunner } from '#libs/saga/saga-runner.js';
import { countPayment } from '../metrics/payment-metrics.js';
import * as inventory from '../place-order-saga/inventory.participant.js';
import * as payment from '../place-order-saga/payment.participant.js';
import type { PlaceOrderAct } from '../place-order-saga/place-order.saga.js';

/** Every answer that a participant may give, as the participants' files list them. */
const replyTypes = [...Object.values(inventory), ...Object.values(payment)].flatMap(({ replies }) =>
  Object.values<MessageType>(replies).map(({ type }) => type),
);

/** Hands what participants answer to the saga that asked. */
@Controller()
export class SagaRepliesConsumer {
  constructor(private readonly sagas: SagaRunner<PlaceOrderAct>) {}

  @EventPattern<string[]>(replyTypes)
  async replied(@Payload() message: Envelope): Promise<void> {
    if ((await this.sagas.reply(message)) === 'taken') countPayment(message);
  }
}
