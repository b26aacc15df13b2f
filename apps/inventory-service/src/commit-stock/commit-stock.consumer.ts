import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { CommitStock } from '#libs/contracts/inventory/inventory.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { Participant } from '../reservations/participant.js';
import { commitStock } from './commit-stock.unit.js';

@Controller()
export class CommitStockConsumer {
  constructor(private readonly participant: Participant) {}

  @EventPattern<string>(CommitStock.type)
  async commitStock(@Payload() command: Envelope<CommitStock>): Promise<void> {
    await this.participant.carryOut(command, commitStock);
  }
}
