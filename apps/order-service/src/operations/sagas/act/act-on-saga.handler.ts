import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { annotate } from '#libs/observability';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { SagaDefinitions } from '#libs/saga/definition';
import { type SagaReference, SagaRow, SagaRunner } from '#libs/saga/runner';
import { SagaNotFound } from '../saga-access.js';
import { idempotent, type Answer } from '../../../commands/idempotency/idempotent.js';
import { foreseen, proposable, type Proposed } from '../../second-person/proposable.js';
import { ActOnSaga } from './act-on-saga.command.js';
import type { SagaActionAnswer } from './act-on-saga.dto.js';
import { actOnSaga } from './act-on-saga.unit.js';

@CommandHandler(ActOnSaga)
export class ActOnSagaHandler implements ICommandHandler<ActOnSaga> {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    @InjectDataSource() private readonly source: DataSource,
    private readonly runner: SagaRunner<never>,
    private readonly definitions: SagaDefinitions<never>,
  ) {}

  async execute({
    caller,
    sagaId,
    action,
    reason,
    options,
  }: ActOnSaga): Promise<Answer<SagaActionAnswer | Proposed>> {
    const saga = await this.reference(sagaId);
    annotate({ sagaId, orderId: saga.subject });
    const { preview, ifMatch, idempotency, confirms = null } = options;
    const acting = { saga, action, reason, ifMatch, confirms };
    const guarded = actOnSaga(acting, this.runner, this.definitions);
    if (preview) {
      return { response: await this.units.run(foreseen({ caller, confirms }, guarded)), replayed: false };
    }
    const asked = {
      caller,
      reason,
      confirms,
      action: `saga.${action}`,
      target: `saga:${sagaId}`,
    } as const;
    return this.units.run(idempotent(idempotency, proposable(asked, guarded)));
  }

  /** What a saga is about never changes, so that it may be looked up before anything is locked. */
  private async reference(id: string): Promise<SagaReference> {
    const saga = await this.source
      .getRepository(SagaRow)
      .findOne({ select: { id: true, subject: true }, where: { id } });
    if (!saga) throw new SagaNotFound(id);
    return { id, subject: saga.subject };
  }
}
