import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Envelope } from '#libs/messaging/envelope';
import { SagaRunner } from '#libs/saga/runner';
import { countPayment } from '../metrics/payment-metrics.js';
import type { OrderAct } from './order-act.js';
import { orderSagas } from './order-sagas.js';

/** Hands what participants answer to the saga that asked. */
@Controller()
export class SagaRepliesConsumer {
  constructor(private readonly sagas: SagaRunner<OrderAct>) {}

  @EventPattern<string[]>(orderSagas.replyTypes)
  async replied(@Payload() message: Envelope): Promise<void> {
    if ((await this.sagas.reply(message)) === 'taken') countPayment(message);
  }
}
