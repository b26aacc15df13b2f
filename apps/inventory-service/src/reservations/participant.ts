import { Injectable } from '@nestjs/common';
import { queues } from '#libs/contracts/topology.js';
import type { Envelope } from '#libs/messaging/envelope';
import { ALREADY_CONSUMED, Inbox } from '#libs/messaging/inbox';
import { Outbox } from '#libs/messaging/outbox';
import {
  InjectUnitOfWorkRunner,
  type UnitOfWork,
  type UnitOfWorkRunner,
} from '#libs/persistence/unit-of-work';
import type { Outcome } from '../domain/reservation.js';
import { countOutcome } from './reservation-metrics.js';

/** Our side of a saga: every command is carried out once, with its inbox row, its effect and its answer in one commit. */
@Injectable()
export class Participant {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
  ) {}

  async carryOut<Data>(
    command: Envelope<Data>,
    unitFor: (command: Envelope<Data>, outbox: Pick<Outbox, 'publish'>) => UnitOfWork<Outcome>,
  ): Promise<void> {
    const unit = unitFor(command, this.outbox);
    const outcome = await this.units.run(this.inbox.once(queues.inventoryCommands.name, command, unit));
    if (outcome !== ALREADY_CONSUMED) countOutcome(outcome);
  }
}
