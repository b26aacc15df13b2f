import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { inOrder, whereMatches } from '../parked-message-filter.js';
import { ParkedMessageRow } from '../parked-message.row.js';
import { toItem } from './parked-message-item.js';
import { ParkedMessageList, type ParkedMessagePage } from './parked-message-list.query.js';

@QueryHandler(ParkedMessageList)
export class ParkedMessageListHandler implements IQueryHandler<ParkedMessageList> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute({ filter, limit, after }: ParkedMessageList): Promise<ParkedMessagePage> {
    const query = whereMatches(this.source.createQueryBuilder(ParkedMessageRow, 'parked'), filter);
    // One more than asked for tells whether there is more.
    const rows = await inOrder(query, 'DESC', after)
      .limit(limit + 1)
      .getMany();
    const items = rows.slice(0, limit).map(toItem);
    const last = items.at(-1);
    return { items, next: last && rows.length > limit ? { parkedAt: last.parkedAt, id: last.id } : null };
  }
}
