import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ReturnStock } from '#libs/contracts/inventory/inventory.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { Participant } from '../reservations/participant.js';
import { returnStock } from './return-stock.unit.js';

@Controller()
export class ReturnStockConsumer {
  constructor(private readonly participant: Participant) {}

  @EventPattern<string>(ReturnStock.type)
  async returnStock(@Payload() command: Envelope<ReturnStock>): Promise<void> {
    await this.participant.carryOut(command, returnStock);
  }
}
