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
import type { Outcome, Payment } from '../domain/payment.js';
import { knownPayment, type Standing } from './known-payment.js';
import { countOutcome } from './payment-metrics.js';

const consumer = queues.paymentCommands.name;

/** Our side of a saga: every command is recorded once, with its inbox row, its effect and its answer in one commit. */
@Injectable()
export class Participant {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
  ) {}

  /** @throws Defect when the command cannot be meant: see `Inbox.before` and `knownPayment`. */
  standing(command: Envelope, asked: Pick<Payment, 'id' | 'orderId'>): Promise<Standing> {
    return this.units.run(this.inbox.before(consumer, command, knownPayment(command, asked)));
  }

  /** Records a decision that is not to be answered before the provider knows of it. */
  async decide(unit: UnitOfWork<Outcome>): Promise<Payment> {
    const outcome = await this.units.run(unit);
    if (outcome.effect !== 'repeated') countOutcome(outcome);
    return outcome.payment;
  }

  /** Records what the command came to, and answers it. */
  async conclude(command: Envelope, unitFor: (outbox: Outbox) => UnitOfWork<Outcome>): Promise<void> {
    const unit = unitFor(this.outbox);
    const outcome = await this.units.run(this.inbox.once(consumer, command, unit));
    if (outcome !== ALREADY_CONSUMED) countOutcome(outcome);
  }
}
