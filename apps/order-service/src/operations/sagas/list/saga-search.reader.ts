import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { In, type DataSource } from 'typeorm';
import { bytesToId } from '#libs/kernel/ids.js';
import { SagaRow } from '#libs/saga/runner';
import { PossibleActions } from '../act/possible-actions.js';
import type { SagaFilter, SagaKey, SagaOrder } from './saga-list.query.js';
import { groupsSql, placesToLook, searchSql, type SagaGroup } from './saga-search.sql.js';

/** Looks for sagas where they are written: what an operator decides on has to be how things stand. */
@Injectable()
export class SagaSearch {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly possible: PossibleActions,
  ) {}

  /** Costs about the same however many sagas there are (docs/adr/0019). Gives one more than `limit` if there is more. */
  async find(
    filter: SagaFilter,
    order: SagaOrder,
    limit: number,
    after: SagaKey | null,
  ): Promise<readonly SagaRow[]> {
    const places = placesToLook(filter, await this.groups(filter));
    if (places.length === 0) return [];
    const [sql, parameters] = searchSql(places, filter, order, limit + 1, after);
    const found = await this.source.query<{ id: Buffer }[]>(sql, parameters);
    const ids = found.map(({ id }) => bytesToId(id));
    const rows = await this.source.getRepository(SagaRow).findBy({ id: In(ids) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  one(id: string): Promise<SagaRow | null> {
    return this.source.getRepository(SagaRow).findOneBy({ id });
  }

  private async groups({ known }: SagaFilter): Promise<SagaGroup[]> {
    const groups = await this.source.query<SagaGroup[]>(groupsSql);
    return groups.filter((group) => known === undefined || this.possible.isKnown(group) === known);
  }
}
