import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ReleaseStock } from '#libs/contracts/inventory/inventory.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { Participant } from '../reservations/participant.js';
import { releaseStock } from './release-stock.unit.js';

@Controller()
export class ReleaseStockConsumer {
  constructor(private readonly participant: Participant) {}

  @EventPattern<string>(ReleaseStock.type)
  async releaseStock(@Payload() command: Envelope<ReleaseStock>): Promise<void> {
    await this.participant.carryOut(command, releaseStock);
  }
}
