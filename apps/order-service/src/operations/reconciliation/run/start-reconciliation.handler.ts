import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '#libs/kernel/ids.js';
import { Outbox } from '#libs/messaging/outbox';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { idempotent, type Answer } from '../../../commands/idempotency/idempotent.js';
import { audited } from '../../audit/audited.js';
import { StartReconciliation } from './reconcile.command.js';
import type { RunStarted } from './reconciliation.dto.js';
import { startReconciliation } from './start-reconciliation.unit.js';

@CommandHandler(StartReconciliation)
export class StartReconciliationHandler implements ICommandHandler<StartReconciliation> {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
  ) {}

  execute({ caller, since, reason, idempotency }: StartReconciliation): Promise<Answer<RunStarted>> {
    const id = newId();
    const start = startReconciliation({ id, startedBy: caller.subject, since }, this.outbox);
    const unit = audited(
      { caller, action: 'reconciliation.run', target: `reconciliation:${id}`, reason },
      { ...start, decide: (work): RunStarted => ({ runId: start.decide(work) ?? id }) },
      () => 'started',
    );
    return this.units.run(idempotent(idempotency, unit));
  }
}
