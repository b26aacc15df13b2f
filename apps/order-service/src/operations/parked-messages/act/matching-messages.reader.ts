import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { inOrder, whereMatches, type ParkedFilter, type ParkedKey } from '../parked-message-filter.js';
import { ParkedMessageRow } from '../parked-message.row.js';

/** Those of the messages that wait for a person which a filter means, the earliest parked first. */
@Injectable()
export class MatchingMessagesReader {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  count(filter: ParkedFilter): Promise<number> {
    return this.matching(filter).getCount();
  }

  first(filter: ParkedFilter, limit: number): Promise<ParkedMessageRow[]> {
    return inOrder(this.matching(filter), 'ASC', null).limit(limit).getMany();
  }

  /** Those after `after` that had been collected by then: what comes back after a redrive is not meant. */
  next(
    filter: ParkedFilter,
    collectedBy: Date,
    after: ParkedKey | null,
    limit: number,
  ): Promise<ParkedMessageRow[]> {
    const query = this.matching(filter).andWhere('parked.collectedAt <= :collectedBy', { collectedBy });
    return inOrder(query, 'ASC', after).limit(limit).getMany();
  }

  private matching(filter: ParkedFilter): SelectQueryBuilder<ParkedMessageRow> {
    const query = this.source.createQueryBuilder(ParkedMessageRow, 'parked');
    return whereMatches(query, { ...filter, state: 'parked' });
  }
}
