import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { idToBytes } from '#libs/kernel/ids.js';
import { OperatorActionRow } from '../operator-audit/operator-action.row.js';
import { OperatorTrail, type TrailEntry, type TrailPage } from './operator-trail.query.js';

@QueryHandler(OperatorTrail)
export class OperatorTrailHandler implements IQueryHandler<OperatorTrail> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute({ filter, limit, after }: OperatorTrail): Promise<TrailPage> {
    const query = this.source
      .createQueryBuilder(OperatorActionRow, 'entry')
      .orderBy('entry.at', 'DESC')
      .addOrderBy('entry.id', 'DESC')
      // One more than asked for tells whether there is more.
      .limit(limit + 1);
    for (const name of ['actor', 'action', 'target'] as const) {
      if (filter[name] !== undefined) query.andWhere(`entry.${name} = :${name}`, { [name]: filter[name] });
    }
    if (filter.from !== undefined) query.andWhere('entry.at >= :from', { from: new Date(filter.from) });
    if (filter.to !== undefined) query.andWhere('entry.at < :to', { to: new Date(filter.to) });
    if (after) {
      // Written out because MySQL does not use an index range for (a, b) < (x, y).
      query.andWhere('entry.at <= :at AND (entry.at < :at OR entry.id < :id)', {
        at: new Date(after.at),
        id: idToBytes(after.id),
      });
    }
    const rows = await query.getMany();
    const items = rows.slice(0, limit).map(toEntry);
    const last = items.at(-1);
    return { items, next: last && rows.length > limit ? { at: last.at, id: last.id } : null };
  }
}

const toEntry = ({ at, ...row }: OperatorActionRow): TrailEntry => ({ ...row, at: at.toISOString() });
