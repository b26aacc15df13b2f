import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import {
  InjectUnitOfWorkRunner,
  type UnitOfWork,
  type UnitOfWorkRunner,
} from '#libs/persistence/unit-of-work';
import { SagaRunner } from '#libs/saga/runner';
import { idempotent, type Answer } from '../../../commands/idempotency/idempotent.js';
import { reconciliationFindings, ReconciliationFindingRow } from '../reconciliation-finding.row.js';
import type { OrderAct } from '../../../sagas/order-act.js';
import { foreseen, proposable, type Guarded, type Proposed } from '../../second-person/proposable.js';
import { concernOfDealing } from './concern.js';
import { fixFinding } from './fix-finding.unit.js';
import { ignoreFinding } from './ignore-finding.unit.js';
import { DealWithFinding } from './reconcile.command.js';
import type { FindingAnswer } from './reconciliation.dto.js';
import { FindingNotFound } from '../reconciliation.errors.js';

@CommandHandler(DealWithFinding)
export class DealWithFindingHandler implements ICommandHandler<DealWithFinding> {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    @InjectDataSource() private readonly source: DataSource,
    private readonly sagas: SagaRunner<OrderAct>,
  ) {}

  async execute(command: DealWithFinding): Promise<Answer<FindingAnswer | Proposed>> {
    const { caller, findingId, action, request, idempotency, confirms } = command;
    const finding = await this.source.getRepository(ReconciliationFindingRow).findOneBy({ id: findingId });
    if (!finding) throw new FindingNotFound(findingId);
    const guarded = this.dealing(action, finding);
    if (request.preview) {
      return { response: await this.units.run(foreseen({ caller, confirms }, guarded)), replayed: false };
    }
    const asked = {
      caller,
      confirms,
      reason: request.reason,
      action: `reconciliation.${action}`,
      target: `finding:${findingId}`,
    } as const;
    return this.units.run(idempotent(idempotency, proposable(asked, guarded)));
  }

  private dealing(action: 'fix' | 'ignore', finding: ReconciliationFindingRow): Guarded<FindingAnswer> {
    const { id } = finding;
    const unitFor = (preview: boolean): UnitOfWork<FindingAnswer> =>
      action === 'fix' ? fixFinding(finding, { preview }, this.sagas) : ignoreFinding(id, { preview });
    return {
      act: unitFor(false),
      foresee: (work) => unitFor(true).decide(work),
      concernOf: (work) => concernOfDealing(action, work.get(reconciliationFindings, id)),
      outcomeOf: ({ state }) => state,
    };
  }
}
