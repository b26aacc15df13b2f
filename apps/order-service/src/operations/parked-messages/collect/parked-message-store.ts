import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { type ParkedDelivery, type ParkedStore, ParkingLot } from '#libs/messaging/parking';
import { counter } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { collectParkedMessage } from './collect-parked-message.unit.js';

const collected = counter({
  name: 'orders_parked_messages_collected_total',
  help: 'Parked messages that were brought into the table, by the queue that they were parked from, and why.',
  labels: ['queue', 'reason'],
});

/** Keeps what is parked in any queue in the database, where it can be searched, grouped, redriven and discarded. */
@Injectable()
export class ParkedMessageStore implements ParkedStore, OnModuleInit {
  constructor(
    private readonly lot: ParkingLot,
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    @InjectBackgroundSource() private readonly source: DataSource,
  ) {}

  onModuleInit(): void {
    this.lot.keepIn({ keep: (message) => this.keep(message), waiting: () => this.waiting() });
  }

  async keep(message: ParkedDelivery): Promise<void> {
    const { queue, reason } = message;
    if ((await this.units.run(collectParkedMessage(message))) !== 'known') collected.inc({ queue, reason });
  }

  async waiting(): Promise<ReadonlyMap<string, number>> {
    const counts: { queue: string; waiting: string }[] = await this.source.query(
      `SELECT queue, COUNT(*) AS waiting FROM parked_messages WHERE state = 'parked' GROUP BY queue`,
    );
    return new Map(counts.map(({ queue, waiting }) => [queue, Number(waiting)]));
  }
}
