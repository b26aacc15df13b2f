import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { Participant } from '../reservations/participant.js';
import { reserveStock } from './reserve-stock.unit.js';

@Controller()
export class ReserveStockConsumer {
  constructor(private readonly participant: Participant) {}

  @EventPattern<string>(ReserveStock.type)
  async reserveStock(@Payload() command: Envelope<ReserveStock>): Promise<void> {
    await this.participant.carryOut(command, reserveStock);
  }
}
