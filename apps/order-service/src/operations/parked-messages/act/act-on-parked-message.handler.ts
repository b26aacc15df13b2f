import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Outbox } from '#libs/messaging/outbox';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { idempotent, type Answer } from '../../../commands/idempotency/idempotent.js';
import { foreseen, proposable, type Proposed } from '../../second-person/proposable.js';
import { ActOnParkedMessage } from './act-on-parked-message.command.js';
import type { ParkedMessageActionAnswer } from './act-on-parked-message.dto.js';
import { actOnParkedMessage } from './act-on-parked-message.unit.js';

@CommandHandler(ActOnParkedMessage)
export class ActOnParkedMessageHandler implements ICommandHandler<ActOnParkedMessage> {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
  ) {}

  async execute(command: ActOnParkedMessage): Promise<Answer<ParkedMessageActionAnswer | Proposed>> {
    const { caller, id, acting, reason, options } = command;
    const { preview, idempotency, confirms = null } = options;
    const guarded = actOnParkedMessage({ id, acting, by: caller.subject }, this.outbox);
    if (preview) {
      return { response: await this.units.run(foreseen({ caller, confirms }, guarded)), replayed: false };
    }
    const asked = {
      caller,
      action: `parked.${acting.action}`,
      target: `parked-message:${id}`,
      reason,
      confirms,
    } as const;
    return this.units.run(idempotent(idempotency, proposable(asked, guarded)));
  }
}
