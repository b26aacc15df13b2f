import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import { MoreThanOrEqual, type DataSource } from 'typeorm';
import { SagaTimelineRow } from '#libs/saga/saga-timeline.row.js';
import { SagaNotFound } from '../access/saga-access.js';
import { PossibleActions } from '../saga-actions/possible-actions.js';
import { shownData } from './saga-data.js';
import { SagaDetails, type TimelineEntryView, type TimelineKey } from './saga-details.query.js';
import { toItem } from './saga-item.js';
import { SagaSearch } from './saga-search.reader.js';

@QueryHandler(SagaDetails)
export class SagaDetailsHandler implements IQueryHandler<SagaDetails> {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly search: SagaSearch,
    private readonly possible: PossibleActions,
  ) {}

  async execute({ sagaId, limit, after }: SagaDetails) {
    const row = await this.search.one(sagaId);
    if (!row) throw new SagaNotFound(sagaId);
    const now = new Date();
    const entries = await this.entries(sagaId, limit, after);
    const items = entries.slice(0, limit).map(({ view }) => view);
    const next = entries.length > limit ? (entries[limit - 1]?.key ?? null) : null;
    return {
      saga: {
        ...toItem(row, this.possible.of(row, now), now),
        calls: row.calls.map((call) => ({ ...call })),
        data: shownData(row.data),
        timeline: { items, limit, nextCursor: null },
      },
      next,
    };
  }

  /** One more than `limit` if there is more. */
  private async entries(sagaId: string, limit: number, after: TimelineKey | null) {
    const rows = await this.source.getRepository(SagaTimelineRow).find({
      where: { sagaId, ...(after && { revision: MoreThanOrEqual(after.revision) }) },
      order: { revision: 'ASC' },
      // A row has an entry at least; the first may be one whose entries were all shown before.
      take: limit + 2,
    });
    return rows
      .flatMap(({ revision, entries }) =>
        entries.map((entry, index) => ({ key: { revision, index }, view: toView(revision, entry) })),
      )
      .filter(({ key }) => !after || key.revision > after.revision || key.index > after.index);
  }
}

const toView = (
  revision: number,
  { at, kind, step, attempt, messageId, text, ignored = undefined }: SagaTimelineRow['entries'][number],
): TimelineEntryView => ({ revision, at, kind, step, attempt, messageId, text, ignored: ignored ?? null });
