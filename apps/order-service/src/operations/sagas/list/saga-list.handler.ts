import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PossibleActions } from '../act/possible-actions.js';
import { toItem } from './saga-item.js';
import { SagaList, type SagaPage } from './saga-list.query.js';
import { SagaSearch } from './saga-search.reader.js';

@QueryHandler(SagaList)
export class SagaListHandler implements IQueryHandler<SagaList> {
  constructor(
    private readonly search: SagaSearch,
    private readonly possible: PossibleActions,
  ) {}

  async execute({ filter, order, limit, after }: SagaList): Promise<SagaPage> {
    const rows = await this.search.find(filter, order, limit, after);
    const now = new Date();
    const items = rows.slice(0, limit).map((row) => toItem(row, this.possible, now));
    const last = items.at(-1);
    return { items, next: last && rows.length > limit ? { startedAt: last.startedAt, id: last.id } : null };
  }
}
