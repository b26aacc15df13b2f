import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { annotate } from '#libs/observability/request-context.js';
import { InjectUnitOfWork } from '#libs/persistence/persistence.module.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work.js';
import { SagaDefinitions } from '#libs/saga/saga-definitions.js';
import { SagaRunner, type SagaReference } from '#libs/saga/saga-runner.js';
import { SagaRow } from '#libs/saga/saga.row.js';
import { SagaNotFound } from '../access/saga-access.js';
import { idempotent, type Answer } from '../idempotency/idempotent.js';
import { audited } from '../operator-audit/audited.js';
import { ActOnSaga } from './act-on-saga.command.js';
import type { SagaActionAnswer } from './act-on-saga.dto.js';
import { actOnSaga, previewAction } from './act-on-saga.unit.js';

@CommandHandler(ActOnSaga)
export class ActOnSagaHandler implements ICommandHandler<ActOnSaga> {
  constructor(
    @InjectUnitOfWork() private readonly units: UnitOfWork,
    @InjectDataSource() private readonly source: DataSource,
    private readonly runner: SagaRunner<never>,
    private readonly definitions: SagaDefinitions<never>,
  ) {}

  async execute({ caller, sagaId, action, reason, options }: ActOnSaga): Promise<Answer<SagaActionAnswer>> {
    const saga = await this.reference(sagaId);
    annotate({ sagaId, orderId: saga.subject });
    const acting = { saga, action, reason, ifMatch: options.ifMatch };
    if (options.preview) {
      const response = await this.units.run(previewAction(acting, this.runner, this.definitions));
      return { response, replayed: false };
    }
    const unit = audited(
      { caller, action: `saga.${action}`, target: `saga:${sagaId}`, reason },
      actOnSaga(acting, this.runner, this.definitions),
      ({ outcome }) => (outcome === 'taken' ? 'done' : `refused: ${outcome}`),
    );
    return this.units.run(idempotent(options.idempotency, unit));
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
