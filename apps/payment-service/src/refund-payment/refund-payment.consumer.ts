import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { RefundPayment } from '#libs/contracts/payment/payment.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { RefundPaymentHandler } from './refund-payment.handler.js';

@Controller()
export class RefundPaymentConsumer {
  constructor(private readonly handler: RefundPaymentHandler) {}

  @EventPattern<string>(RefundPayment.type)
  async refundPayment(@Payload() command: Envelope<RefundPayment>): Promise<void> {
    await this.handler.handle(command);
  }
}
