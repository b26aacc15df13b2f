import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { TakePayment } from '#libs/contracts/payment/payment.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { TakePaymentHandler } from './take-payment.handler.js';

@Controller()
export class TakePaymentConsumer {
  constructor(private readonly handler: TakePaymentHandler) {}

  @EventPattern<string>(TakePayment.type)
  async takePayment(@Payload() command: Envelope<TakePayment>): Promise<void> {
    await this.handler.handle(command);
  }
}
