import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { InjectUnitOfWork } from '#libs/persistence/persistence.module.js';
import type { Unit, UnitOfWork } from '#libs/persistence/unit-of-work.js';
import { SagaRunner } from '#libs/saga/saga-runner.js';
import { idempotent, type Answer } from '../idempotency/idempotent.js';
import { audited } from '../operator-audit/audited.js';
import { ReconciliationFindingRow } from '../reconciliation/reconciliation-finding.row.js';
import type { OrderAct } from '../sagas/order-act.js';
import { fixFinding } from './fix-finding.unit.js';
import { ignoreFinding } from './ignore-finding.unit.js';
import { DealWithFinding } from './reconcile.command.js';
import type { FindingAnswer } from './reconciliation.dto.js';
import { FindingNotFound } from '../reconciliation/reconciliation.errors.js';

@CommandHandler(DealWithFinding)
export class DealWithFindingHandler implements ICommandHandler<DealWithFinding> {
  constructor(
    @InjectUnitOfWork() private readonly units: UnitOfWork,
    @InjectDataSource() private readonly source: DataSource,
    private readonly sagas: SagaRunner<OrderAct>,
  ) {}

  async execute(command: DealWithFinding): Promise<Answer<FindingAnswer>> {
    const { caller, findingId, action, request, idempotency } = command;
    const finding = await this.source.getRepository(ReconciliationFindingRow).findOneBy({ id: findingId });
    if (!finding) throw new FindingNotFound(findingId);
    const unit = action === 'fix' ? this.fix(finding, request.preview) : ignore(finding, request.preview);
    if (request.preview) return { response: await this.units.run(unit), replayed: false };
    const what = { caller, action: `reconciliation.${action}`, target: `finding:${findingId}` } as const;
    const done = audited({ ...what, reason: request.reason }, unit, ({ state }) => state);
    return this.units.run(idempotent(idempotency, done));
  }

  private fix(finding: ReconciliationFindingRow, preview: boolean): Unit<FindingAnswer> {
    const unit = fixFinding(finding, { preview }, this.sagas);
    return {
      ...unit,
      decide: (work) => ({ ...unit.decide(work), state: preview ? finding.state : 'fixing' }),
    };
  }
}

function ignore(finding: ReconciliationFindingRow, preview: boolean): Unit<FindingAnswer> {
  const { id: findingId } = finding;
  const about = { findingId, preview, sagaId: null };
  if (preview) {
    const text = 'Would happen: it is left alone from now on, also when it is found again.';
    return { name: 'preview-finding', load: [], decide: () => ({ ...about, state: finding.state, text }) };
  }
  const unit = ignoreFinding(findingId);
  const text = 'It is left alone from now on.';
  return { ...unit, decide: (work) => ({ ...about, ...unit.decide(work), text }) };
}
