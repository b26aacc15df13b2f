import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '#libs/kernel/ids.js';
import { scrub } from '#libs/observability';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { idempotent, type Answer } from '../../../commands/idempotency/idempotent.js';
import { audited } from '../../audit/audited.js';
import type { JobItem } from '../jobs/job-item.js';
import { mayActAlone } from '../../second-person/proposable.js';
import { ActOnMany, PreviewMany } from './act-on-many.command.js';
import type { MatchingMessages } from './act-on-many.dto.js';
import { beginJob } from './begin-job.unit.js';
import { MatchingMessagesReader } from './matching-messages.reader.js';

const sampleSize = 10;

@CommandHandler(PreviewMany)
export class PreviewManyHandler implements ICommandHandler<PreviewMany> {
  constructor(private readonly matching: MatchingMessagesReader) {}

  async execute({ filter }: PreviewMany): Promise<MatchingMessages> {
    const [count, first] = [await this.matching.count(filter), await this.matching.first(filter, sampleSize)];
    return {
      count,
      sample: first.map(({ id, queue, type, reason }) => ({ id, queue, type: type && scrub(type), reason })),
    };
  }
}

@CommandHandler(ActOnMany)
export class ActOnManyHandler implements ICommandHandler<ActOnMany> {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly matching: MatchingMessagesReader,
  ) {}

  async execute({ caller, action, filter, reason, idempotency }: ActOnMany): Promise<Answer<JobItem>> {
    const total = await this.matching.count(filter);
    const job = {
      id: newId(),
      kind: `parked-${action}`,
      filter,
      total,
      actor: caller.subject,
      reason,
      alone: mayActAlone(caller),
    } as const;
    const unit = audited(
      { caller, action: `parked.${action}-many`, target: `job:${job.id}`, reason },
      beginJob(job),
      () => `${total} messages: ${JSON.stringify(filter)}`,
    );
    return this.units.run(idempotent(idempotency, unit));
  }
}
