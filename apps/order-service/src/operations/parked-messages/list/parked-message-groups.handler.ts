import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { StoredReason } from '#libs/messaging/parking';
import { scrub } from '#libs/observability';
import { ParkedMessageGroups, type ParkedMessageGroupsAnswer } from './parked-message-groups.query.js';

/** Senders choose the type, so that there may be any number of groups. */
const most = 200;

interface Found {
  readonly queue: string;
  readonly type: string | null;
  readonly reason: StoredReason;
  readonly count: string;
  readonly oldest: Date;
  readonly newest: Date;
}

@QueryHandler(ParkedMessageGroups)
export class ParkedMessageGroupsHandler implements IQueryHandler<ParkedMessageGroups> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute(): Promise<ParkedMessageGroupsAnswer> {
    const groups = await this.source.query<Found[]>(
      `SELECT queue, type, reason, COUNT(*) AS count, MIN(parked_at) AS oldest, MAX(parked_at) AS newest
       FROM parked_messages WHERE state = 'parked'
       GROUP BY queue, type, reason ORDER BY count DESC, queue, type, reason LIMIT ${most + 1}`,
    );
    return { items: groups.slice(0, most).map(toGroup), more: groups.length > most };
  }
}

const toGroup = ({ queue, type, reason, count, oldest, newest }: Found) => ({
  queue,
  type: type && scrub(type),
  reason,
  count: Number(count),
  oldest: oldest.toISOString(),
  newest: newest.toISOString(),
});
