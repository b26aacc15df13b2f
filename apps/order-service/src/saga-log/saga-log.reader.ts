import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SagaTimelineRow } from '#libs/saga/saga-timeline.row.js';
import { SagaRow } from '#libs/saga/saga.row.js';
import type { TimelineEntry } from '#libs/saga/timeline.js';

/** Entries of one timeline that are shown at most, oldest first; a saga that is asked again for ever has no end. */
const mostRows = 1_000;

/**
 * What the sagas themselves wrote down. It stands on the write side and is read there: it is only ever added to, looked
 * up by primary key, and copying it would double the writes of every step (docs/adr).
 */
@Injectable()
export class SagaLogReader {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /** The step that the saga waits for; null when it is over. */
  async step(sagaId: string): Promise<string | null> {
    const saga = await this.source
      .getRepository(SagaRow)
      .findOne({ select: { id: true, step: true }, where: { id: sagaId } });
    return saga?.step ?? null;
  }

  async timeline(sagaId: string): Promise<TimelineEntry[]> {
    const rows = await this.source
      .getRepository(SagaTimelineRow)
      .find({ where: { sagaId }, order: { revision: 'ASC' }, take: mostRows });
    return rows.flatMap(({ entries }) => entries);
  }
}
