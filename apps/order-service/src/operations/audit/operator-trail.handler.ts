import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import { In, type DataSource } from 'typeorm';
import { bytesToId } from '#libs/kernel/ids.js';
import { OperatorActionRow } from './operator-action.row.js';
import { OperatorTrail, type TrailEntry, type TrailPage } from './operator-trail.query.js';
import { trailSql } from './operator-trail.sql.js';

@QueryHandler(OperatorTrail)
export class OperatorTrailHandler implements IQueryHandler<OperatorTrail> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute({ filter, limit, after }: OperatorTrail): Promise<TrailPage> {
    // One more than asked for tells whether there is more.
    const [sql, parameters] = trailSql(filter, limit + 1, after);
    const found = await this.source.query<{ id: Buffer }[]>(sql, parameters);
    const rows = await this.source.getRepository(OperatorActionRow).find({
      where: { id: In(found.map(({ id }) => bytesToId(id))) },
      order: { at: 'DESC', id: 'DESC' },
    });
    const items = rows.slice(0, limit).map(toEntry);
    const last = items.at(-1);
    return { items, next: last && rows.length > limit ? { at: last.at, id: last.id } : null };
  }
}

const toEntry = ({ at, changes, ...row }: OperatorActionRow): TrailEntry => ({
  ...row,
  at: at.toISOString(),
  changes: changes && [...changes],
});
