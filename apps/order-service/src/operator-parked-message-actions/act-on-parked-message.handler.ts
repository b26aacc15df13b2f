import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Outbox } from '#libs/messaging/outbox.js';
import { InjectUnitOfWork } from '#libs/persistence/persistence.module.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work.js';
import { idempotent, type Answer } from '../idempotency/idempotent.js';
import { audited } from '../operator-audit/audited.js';
import { ActOnParkedMessage } from './act-on-parked-message.command.js';
import type { ParkedMessageActionAnswer } from './act-on-parked-message.dto.js';
import { actOnParkedMessage } from './act-on-parked-message.unit.js';

@CommandHandler(ActOnParkedMessage)
export class ActOnParkedMessageHandler implements ICommandHandler<ActOnParkedMessage> {
  constructor(
    @InjectUnitOfWork() private readonly units: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  async execute(command: ActOnParkedMessage): Promise<Answer<ParkedMessageActionAnswer>> {
    const { caller, id, acting, reason, options } = command;
    const { preview } = options;
    const unit = actOnParkedMessage({ id, acting, by: caller.subject, preview }, this.outbox);
    if (preview) return { response: await this.units.run(unit), replayed: false };
    const action = {
      caller,
      action: `parked.${acting.action}`,
      target: `parked-message:${id}`,
      reason,
    } as const;
    return this.units.run(
      idempotent(
        options.idempotency,
        audited(action, unit, () => 'done'),
      ),
    );
  }
}
