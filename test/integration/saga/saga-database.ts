import type { DataSource } from 'typeorm';
import { systemClock } from '#libs/kernel/clock.js';
import { newId } from '#libs/kernel/ids.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { Inbox } from '#libs/messaging/inbox/inbox.js';
import { InboxRow } from '#libs/messaging/inbox/inbox.row.js';
import { Outbox } from '#libs/messaging/outbox/outbox.js';
import { OutboxRow } from '#libs/messaging/outbox/outbox.row.js';
import { openPoolBeside } from '#libs/persistence/database/data-source.js';
import { GroupCommitter } from '#libs/persistence/unit-of-work/group-committer.js';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { TypeOrmTransactionStore } from '#libs/persistence/unit-of-work/typeorm-transaction-store.js';
import { dueSagas } from '#libs/saga/runner/due-sagas.query.js';
import { SagaDefinitions, type AnySagaDefinition } from '#libs/saga/definition/saga-definitions.js';
import { SagaRunner, type SagaReference } from '#libs/saga/runner/saga-runner.js';
import { SagaTimelineRow } from '#libs/saga/runner/saga-timeline.row.js';
import { SagaRow } from '#libs/saga/runner/saga.row.js';
import { ordersMigrations } from '#migrations/orders/index.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';

/** A release of a service that runs sagas: the definitions that it has, on the database that it shares with others. */
export interface Release<Act> {
  readonly definitions: SagaDefinitions<Act>;
  readonly runner: SagaRunner<Act>;
  begin<Data>(definition: AnySagaDefinition<Act>, data: Data): Promise<SagaReference>;
  /** Fires what is due, as the poller does. @returns the sagas that it saw */
  fireDeadlines(): Promise<string[]>;
}

/** Real tables with sagas that are about nothing: their acts are only noted. */
export class SagaDatabase<Act> {
  readonly acts: Act[] = [];

  private constructor(
    private readonly databases: TestDatabases,
    readonly source: DataSource,
    private readonly groups: DataSource,
    private readonly units: GroupCommitter,
  ) {}

  static async create<Act>(): Promise<SagaDatabase<Act>> {
    const databases = await createTestDatabases(['orders']);
    const source = await openDatabase({
      url: databases.url('orders'),
      rows: [SagaRow, SagaTimelineRow, OutboxRow, InboxRow],
      migrations: ordersMigrations,
    });
    const groups = await openPoolBeside(source, 4, 'groups');
    const units = new GroupCommitter({ store: new TypeOrmTransactionStore(groups), clock: systemClock });
    return new SagaDatabase<Act>(databases, source, groups, units);
  }

  async drop(): Promise<void> {
    await this.units.close();
    await this.groups.destroy();
    await this.source.destroy();
    await this.databases.drop();
  }

  release(...known: readonly AnySagaDefinition<Act>[]): Release<Act> {
    const definitions = new SagaDefinitions<Act>(known);
    const runner = new SagaRunner<Act>(this.units, new Outbox('/test'), new Inbox(), definitions, {
      load: () => [],
      apply: (_, __, act) => void this.acts.push(act),
      isCalledOff: () => false,
    });
    return {
      definitions,
      runner,
      begin: async (definition, data) => {
        const saga = { id: newId(), subject: newId() };
        await this.units.run({
          name: 'begin',
          load: [],
          decide: (work) => runner.start(work, definition, { ...saga, data }),
        });
        return saga;
      },
      fireDeadlines: async () => {
        const due = await dueSagas(this.source, known, 100);
        for (const saga of due) await runner.deadlinePassed(saga);
        return due.map(({ id }) => id);
      },
    };
  }

  async row({ id }: SagaReference): Promise<SagaRow> {
    return this.source.getRepository(SagaRow).findOneByOrFail({ id });
  }

  async entries({ id }: SagaReference): Promise<SagaTimelineRow['entries'][number][]> {
    const rows = await this.source
      .getRepository(SagaTimelineRow)
      .find({ where: { sagaId: id }, order: { revision: 'ASC' } });
    return rows.flatMap(({ entries }) => entries);
  }

  /** Their deadlines have passed. */
  async makeDue(): Promise<void> {
    await this.source.query(
      'UPDATE sagas SET deadline_at = TIMESTAMPADD(SECOND, -1, UTC_TIMESTAMP(6)) WHERE deadline_at IS NOT NULL',
    );
  }

  /** What a participant answers to what the saga waits for. */
  async answer(saga: SagaReference, message: MessageType, data: object): Promise<Envelope> {
    const { calls } = await this.row(saga);
    return {
      specversion: '1.0',
      id: newId(),
      type: message.type,
      source: '/participant',
      subject: saga.subject,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      dataschema: '',
      sagaid: saga.id,
      commandid: calls.at(-1)?.commandId,
      data,
    };
  }
}
