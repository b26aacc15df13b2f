import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import { LessThanOrEqual, MoreThanOrEqual, type DataSource } from 'typeorm';
import { scrub } from '#libs/observability';
import { SagaTimelineRow } from '#libs/saga/runner';
import { SagaNotFound } from '../saga-access.js';
import { shownData } from '../../audit/shown-data.js';
import { PossibleActions } from '../act/possible-actions.js';
import {
  SagaDetails,
  type TimelineEntryView,
  type TimelineKey,
  type TimelinePart,
} from './saga-details.query.js';
import { toItem } from './saga-item.js';
import { SagaSearch } from './saga-search.reader.js';

@QueryHandler(SagaDetails)
export class SagaDetailsHandler implements IQueryHandler<SagaDetails> {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly search: SagaSearch,
    private readonly possible: PossibleActions,
  ) {}

  async execute({ sagaId, timeline }: SagaDetails) {
    const row = await this.search.one(sagaId);
    if (!row) throw new SagaNotFound(sagaId);
    const now = new Date();
    const { limit } = timeline;
    const entries = await this.entries(sagaId, timeline);
    const items = entries.slice(0, limit).map(({ view }) => view);
    const next = entries.length > limit ? (entries[limit - 1]?.key ?? null) : null;
    return {
      saga: {
        ...toItem(row, this.possible, now),
        calls: row.calls.map((call) => ({ ...call })),
        data: shownData(row.data),
        timeline: { items, limit, nextCursor: null },
      },
      next,
    };
  }

  /** One more than `limit` if there is more. */
  private async entries(sagaId: string, { order, limit, after }: TimelinePart) {
    const newest = order === 'newest';
    const from = newest ? LessThanOrEqual : MoreThanOrEqual;
    const rows = await this.source.getRepository(SagaTimelineRow).find({
      where: { sagaId, ...(after && { revision: from(after.revision) }) },
      order: { revision: newest ? 'DESC' : 'ASC' },
      // A row has an entry at least; the first may be one whose entries were all shown before.
      take: limit + 2,
    });
    return rows
      .flatMap(({ revision, entries }) => {
        const views = entries.map((entry, index) => ({
          key: { revision, index },
          view: toView(revision, entry),
        }));
        return newest ? views.toReversed() : views;
      })
      .filter(({ key }) => !after || (newest ? isBefore(key, after) : isBefore(after, key)));
  }
}

const isBefore = (a: TimelineKey, b: TimelineKey): boolean =>
  a.revision < b.revision || (a.revision === b.revision && a.index < b.index);

const toView = (
  revision: number,
  { at, kind, step, attempt, messageId, text, ignored }: SagaTimelineRow['entries'][number],
): TimelineEntryView => ({
  revision,
  at,
  kind,
  step,
  attempt,
  messageId,
  text: scrub(text),
  ignored: ignored ?? null,
});
