import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SagaRow, SagaTimelineRow } from '#libs/saga/runner';
import type { TimelineEntry } from '#libs/saga/engine';
import type { OrderStatus } from '../domain/order-status.js';
import { cancelOrderSagaId, placeOrderSagaId } from './saga-ids.js';
import { byTime } from './by-time.js';

/** Entries of one timeline that are shown at most, oldest first; a saga that is asked again for ever has no end. */
const maxRows = 1_000;

/**
 * What the sagas themselves wrote down. It stands on the write side and is read there: it is only ever added to, looked
 * up by primary key, and copying it would double the writes of every step (docs/adr).
 */
@Injectable()
export class SagaLogReader {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /** The step that the order's running saga waits at; null when none is running. */
  async stepOf(orderId: string, status: OrderStatus): Promise<string | null> {
    const sagaId = runningSagaOf(orderId, status);
    // An order that no saga works on is at no step; that is so for most, and they need no second look-up.
    if (sagaId === null) return null;
    const saga = await this.source
      .getRepository(SagaRow)
      .findOne({ select: { id: true, step: true }, where: { id: sagaId } });
    return saga?.step ?? null;
  }

  /** What the order's sagas did, in the order of time. */
  async timelineOf(orderId: string): Promise<TimelineEntry[]> {
    const ids = [placeOrderSagaId(orderId), cancelOrderSagaId(orderId)];
    const timelines = await Promise.all(ids.map((id) => this.timeline(id)));
    return timelines.flat().sort(byTime);
  }

  private async timeline(sagaId: string): Promise<TimelineEntry[]> {
    const rows = await this.source
      .getRepository(SagaTimelineRow)
      .find({ where: { sagaId }, order: { revision: 'ASC' }, take: maxRows });
    return rows.flatMap(({ entries }) => entries);
  }
}

function runningSagaOf(orderId: string, status: OrderStatus): string | null {
  if (status === 'PENDING') return placeOrderSagaId(orderId);
  return status === 'CANCELLING' ? cancelOrderSagaId(orderId) : null;
}
