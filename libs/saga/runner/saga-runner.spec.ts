import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  CommitStock,
  ReleaseStock,
  ReservationCancelled,
  ReserveStock,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { Defect, LoneFault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { Inbox } from '#libs/messaging/inbox/inbox.js';
import { Outbox } from '#libs/messaging/outbox/outbox.js';
import { outboxTable } from '#libs/messaging/outbox/outbox.row.js';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { defineSaga } from '../definition/definition.js';
import { participantCommand } from '../definition/participant.js';
import { untilAnswered } from '../definition/patience.js';
import { compensated, goOn, rollBack } from '../definition/reactions.js';
import { SagaDefinitions } from '../definition/saga-definitions.js';
import { SagaRunner, type SagaRequest } from './saga-runner.js';
import { sagaTimeline } from './saga-timeline.row.js';
import { sagas } from './saga.row.js';

interface Data {
  readonly reservationId: string;
}

const reserve = participantCommand({ message: ReserveStock, replies: { StockReserved, StockShort } });
const release = participantCommand({ message: ReleaseStock, replies: { StockReleased } });
const commit = participantCommand({ message: CommitStock, replies: { StockCommitted } });

const reservation = ({ reservationId }: Data) => ({ reservationId });

const saga = defineSaga<Data, string>('hold-stock', { version: 1 })
  .step('reserve-stock', {
    ask: reserve,
    with: ({ reservationId }) => ({ reservationId, lines: [{ sku: 'OAK-TABLE', quantity: 1 }] }),
    on: { StockReserved: goOn(), StockShort: rollBack('out-of-stock') },
    patience: { deadlineSeconds: 30, attempts: 2, onSilence: rollBack('inventory-timeout') },
    compensate: { ask: release, with: reservation, on: { StockReleased: compensated() } },
    giveBack: ({ reservationId }) => `give back ${reservationId}`,
  })
  .pivot()
  .step('commit-stock', {
    ask: commit,
    with: reservation,
    on: { StockCommitted: goOn() },
    patience: untilAnswered,
  })
  .end({
    completed: { recordedAs: 'confirmed', act: () => 'confirm' },
    rolledBack: { recordedAs: 'rejected', act: (_, { code }) => `reject: ${code}` },
  });

describe('the saga runner', () => {
  const start = new Date('2026-01-01T00:00:00.000Z');
  let now: Date;
  let unitOfWork: InMemoryRunner;
  let runner: SagaRunner<string>;
  let applied: string[];
  let calledOff: boolean;
  let subject: string;
  let reservationId: string;
  const id = '01997000-0000-7000-8000-00000000000a';

  beforeEach(async () => {
    now = start;
    applied = [];
    calledOff = false;
    subject = newId();
    reservationId = newId();
    unitOfWork = new InMemoryRunner({ clock: { now: () => now } });
    runner = runnerOf(new SagaDefinitions([saga]));
    await accept();
  });

  function runnerOf(definitions: SagaDefinitions<string>): SagaRunner<string> {
    return new SagaRunner(unitOfWork, new Outbox('/test'), new Inbox(), definitions, {
      load: () => [],
      apply: (_: WorkingSet, about, act) => {
        expect(about).toBe(subject);
        applied.push(act);
      },
      isCalledOff: () => calledOff,
    });
  }

  const request = (what: SagaRequest) =>
    unitOfWork.run({
      name: 'request',
      load: runner.loadsOf({ id, subject }),
      decide: (work) => runner.takeIn(work, { id, subject }, what),
    });

  const accept = () =>
    unitOfWork.run({
      name: 'accept',
      load: [],
      decide: (work) => runner.start(work, saga, { id, subject, data: { reservationId } }),
    });

  const instance = () => {
    const [row] = unitOfWork.rows(sagas);
    if (!row) throw new Error('there is no saga');
    return row;
  };
  const due = () => ({ id, subject, revision: instance().revision });
  const entries = () => unitOfWork.rows(sagaTimeline).flatMap((row) => row.entries);
  const sent = () =>
    unitOfWork
      .rows(outboxTable)
      .map(({ body }) => JSON.parse(body) as Envelope)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  const lastSent = () => {
    const last = sent().at(-1);
    if (!last) throw new Error('nothing was sent');
    return last;
  };
  const answer = (message: MessageType, data: object = {}): Envelope => ({
    specversion: '1.0',
    id: newId(),
    type: message.type,
    source: '/inventory-service',
    subject,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    dataschema: '',
    sagaid: id,
    commandid: lastSent().commandid,
    data: { reservationId, ...data },
  });

  it('begins a saga with its first command and first deadline in one commit', () => {
    const [command] = sent();
    expect(sent()).toHaveLength(1);
    expect(command).toMatchObject({ type: ReserveStock.type, sagaid: id, subject });
    expect(instance()).toMatchObject({ status: 'running', step: 'reserve-stock', revision: 1 });
    expect(instance().deadlineAt?.getTime()).toBeGreaterThanOrEqual(start.getTime() + 30_000);
    expect(instance().deadlineAt?.getTime()).toBeLessThanOrEqual(start.getTime() + 36_000);
    expect(entries().map(({ kind, messageId }) => [kind, messageId])).toEqual([
      ['accepted', null],
      ['asked', command?.id],
    ]);
  });

  it('makes every wait as many times shorter as it is told to, from the first deadline on', async () => {
    const binding = { load: () => [], apply: () => undefined, isCalledOff: () => false };
    const definitions = new SagaDefinitions([saga]);
    const chance = () => ({ jitter: 0, nextCommandId: newId() });
    const hasty = new SagaRunner(
      ...([unitOfWork, new Outbox('/test'), new Inbox(), definitions, binding, chance, 100] as const),
    );
    const younger = { id: newId(), subject };
    const deadline = () =>
      unitOfWork
        .rows(sagas)
        .find((row) => row.id === younger.id)
        ?.deadlineAt?.getTime();
    await unitOfWork.run({
      name: 'begin',
      load: [],
      decide: (work) => hasty.start(work, saga, { ...younger, data: { reservationId } }),
    });
    expect(deadline()).toBe(now.getTime() + 300);
    expect(lastSent().expirytime).toBe(new Date(now.getTime() + 550).toISOString());
    now = new Date(now.getTime() + 300);
    await hasty.deadlinePassed({ ...younger, revision: 1 });
    expect(deadline()).toBe(now.getTime() + 300);
    const ignored = { ...answer(ReservationCancelled), sagaid: younger.id, commandid: newId() };
    now = new Date(now.getTime() + 100);
    await hasty.reply(ignored);
    expect(deadline()).toBe(now.getTime() + 200);
  });

  it('refuses to begin it twice', async () => {
    await expect(accept()).rejects.toThrow();
    expect(sent()).toHaveLength(1);
  });

  it('asks the next command, caused by the answer', async () => {
    const reply = answer(StockReserved);
    await expect(runner.reply(reply)).resolves.toBe('taken');
    expect(lastSent()).toMatchObject({ type: CommitStock.type, causationid: reply.id });
    expect(instance()).toMatchObject({ step: 'commit-stock', revision: 2 });
  });

  it('takes a message in once, however often it is delivered', async () => {
    const reply = answer(StockReserved);
    const outcomes = await Promise.all([runner.reply(reply), runner.reply(reply), runner.reply(reply)]);
    expect(outcomes.sort()).toEqual(['already-consumed', 'already-consumed', 'taken']);
    expect(sent()).toHaveLength(2);
    expect(instance().revision).toBe(2);
  });

  it('records the same answer in another message as ignored', async () => {
    const [first, second] = [answer(StockReserved), answer(StockReserved)];
    await runner.reply(first);
    await expect(runner.reply(second)).resolves.toBe('duplicate');
    expect(entries().at(-1)).toMatchObject({
      kind: 'ignored',
      ignored: 'duplicate',
      messageId: second.id,
    });
    expect(sent()).toHaveLength(2);
  });

  it('does to the subject what the end of the saga says', async () => {
    await runner.reply(answer(StockReserved));
    await runner.reply(answer(StockCommitted));
    expect(applied).toEqual(['confirm']);
    expect(instance()).toMatchObject({ status: 'completed', step: null, deadlineAt: null, finishedAt: now });
  });

  it('asks again with the same command id in a new message, then gives up and undoes', async () => {
    const [first] = sent();
    await expect(runner.deadlinePassed(due())).resolves.toBe('taken');
    expect(lastSent()).toMatchObject({ type: ReserveStock.type, commandid: first?.commandid });
    expect(lastSent().id).not.toBe(first?.id);
    await runner.deadlinePassed(due());
    expect(lastSent()).toMatchObject({ type: ReleaseStock.type });
    expect(lastSent().commandid).not.toBe(first?.commandid);
    await runner.reply(answer(StockReleased));
    expect(applied).toEqual(['reject: inventory-timeout']);
  });

  it('gives every sending of what it may give up an expiry of its own, and none to what has to happen', async () => {
    const secondsLeft = () => (Date.parse(lastSent().expirytime ?? '') - now.getTime()) / 1000;
    expect(secondsLeft()).toBe(55);
    now = new Date(now.getTime() + 33_000);
    await runner.deadlinePassed(due());
    expect(secondsLeft()).toBe(25);
    await request({ type: 'retry-requested', note: 'inventory is back' });
    expect(secondsLeft()).toBe(25);
    await runner.deadlinePassed(due());
    expect(lastSent()).toMatchObject({ type: ReleaseStock.type });
    expect(lastSent()).not.toHaveProperty('expirytime');
  });

  it('gives none past the pivot', async () => {
    await runner.reply(answer(StockReserved));
    expect(lastSent()).toMatchObject({ type: CommitStock.type });
    expect(lastSent()).not.toHaveProperty('expirytime');
  });

  it('fires a deadline once when two processes see it', async () => {
    const seen = due();
    const outcomes = await Promise.all([runner.deadlinePassed(seen), runner.deadlinePassed(seen)]);
    expect(outcomes.sort()).toEqual(['outdated-deadline', 'taken']);
    expect(sent()).toHaveLength(2);
    expect(instance().revision).toBe(2);
  });

  it('says once of a saga that cannot go on that it needs attention, and why, and tries again later', async () => {
    await runner.setAside(due(), 'the order is paid');
    expect(instance()).toMatchObject({
      revision: 2,
      status: 'needs-attention',
      step: 'reserve-stock',
      deadlineAt: new Date(now.getTime() + 60_000),
      attention: { cause: 'defect', detail: 'Cannot go on past its deadline: the order is paid' },
    });
    expect(entries().at(-1)).toMatchObject({
      kind: 'needs-attention',
      step: 'reserve-stock',
      attempt: 1,
      at: now.toISOString(),
      text: 'Cannot go on past its deadline: the order is paid. Somebody has to look.',
    });
    const since = now;
    now = new Date(now.getTime() + 60_000);
    await runner.setAside(due(), 'the order is still paid');
    expect(entries().filter(({ kind }) => kind === 'needs-attention')).toHaveLength(1);
    expect(instance()).toMatchObject({
      revision: 2,
      deadlineAt: new Date(now.getTime() + 60_000),
      attention: { detail: expect.stringContaining('still paid'), since: since.toISOString() },
    });
  });

  it('does not set a saga aside that has moved on', async () => {
    const seen = due();
    await runner.deadlinePassed(seen);
    const before = instance();
    await runner.setAside(seen, 'late');
    expect(instance()).toEqual(before);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['an answer', () => runner.reply(answer(StockReserved))],
    ['its deadline, where that can be acted on again', () => runner.deadlinePassed(due())],
    ['an operator who has it retried', () => request({ type: 'retry-requested', note: 'mended' })],
  ])('takes a saga out of needing attention at %s', async (_, come) => {
    await runner.setAside(due(), 'broken');
    await come();
    expect(instance()).toMatchObject({ status: 'running', attention: null });
  });

  it('rolls back on request, and retries on request', async () => {
    await request({ type: 'retry-requested', note: 'inventory is back' });
    expect(entries().map(({ text }) => text)).toContain('An operator retries: inventory is back');
    const reason = { code: 'cancelled-by-customer', detail: 'Changed their mind.' };
    await expect(request({ type: 'roll-back-requested', reason })).resolves.toBe('taken');
    await expect(request({ type: 'roll-back-requested', reason })).resolves.toBe('already-rolling-back');
    await runner.reply(answer(StockReleased));
    expect(applied).toEqual(['reject: cancelled-by-customer']);
  });

  it('has given back, once, what was done after it had been refused, also when it is over', async () => {
    const asked = answer(StockReserved);
    await runner.reply(answer(StockShort));
    await expect(runner.reply(asked)).resolves.toBe('done-after-refusal');
    const once = ['reject: out-of-stock', `give back ${reservationId}`];
    expect(applied).toEqual(once);
    expect(entries().at(-1)).toMatchObject({
      kind: 'contradicted',
      contradiction: 'done-after-refusal',
      messageId: asked.id,
    });
    expect(instance()).toMatchObject({ status: 'rolled-back', deadlineAt: null });
    await expect(runner.reply(asked)).resolves.toBe('already-consumed');
    await expect(runner.reply({ ...asked, id: newId() })).resolves.toBe('saga-finished');
    expect(applied).toEqual(once);
  });

  it('records and parks a refusal of what was said to be done', async () => {
    const refusal = answer(StockShort);
    await runner.reply(answer(StockReserved));
    await expect(runner.reply(refusal)).rejects.toThrow(Defect);
    expect(entries().at(-1)).toMatchObject({
      contradiction: 'refused-after-done',
      messageId: refusal.id,
    });
    expect(instance()).toMatchObject({ status: 'running', step: 'commit-stock' });
  });

  it('takes a refusal for the truth once its subject has been called off', async () => {
    const refusal = answer(StockShort);
    await runner.reply(answer(StockReserved));
    calledOff = true;
    await expect(runner.reply(refusal)).resolves.toBe('contradiction');
  });

  it('parks what is about another thing than was asked for, and stays where it is', async () => {
    const before = instance();
    const other = { ...answer(StockReserved), data: { reservationId: newId() } };
    await expect(runner.reply(other)).rejects.toThrow(/about another thing/);
    expect(instance()).toEqual(before);
  });

  it('takes what an operator did by hand for done, where it cannot be undone', async () => {
    await expect(request({ type: 'resolve-requested', note: 'counted' })).resolves.toBe('compensate-instead');
    await runner.reply(answer(StockReserved));
    const asked = answer(StockCommitted);
    await expect(request({ type: 'resolve-requested', note: 'counted' })).resolves.toBe('taken');
    expect(applied).toEqual(['confirm']);
    await expect(runner.reply(asked)).resolves.toBe('saga-finished');
  });

  it('says what a request would do without doing it', async () => {
    const before = instance();
    const reason = { code: 'cancelled-by-operator', detail: 'Asked by phone.' };
    const preview = await unitOfWork.run({
      name: 'preview',
      load: runner.loadsOf({ id, subject }),
      decide: (work) => runner.previewIn(work, { id, subject }, { type: 'roll-back-requested', reason }),
    });
    expect(preview).toMatchObject({ outcome: 'taken', status: 'rolling-back', asks: ReleaseStock.type });
    expect(preview.timeline.map(({ kind }) => kind)).toEqual(['given-up', 'rolling-back', 'compensating']);
    expect(instance()).toEqual(before);
    expect(sent()).toHaveLength(1);
  });

  it.each<[string, (reply: Envelope) => Envelope]>([
    ['of an unknown saga', (reply) => ({ ...reply, sagaid: newId() })],
    ['without a saga', (reply) => ({ ...reply, sagaid: undefined })],
    ['without a command', (reply) => ({ ...reply, commandid: undefined })],
    ['about another subject than its saga', (reply) => ({ ...reply, subject: newId() })],
  ])('calls a reply %s a defect, so that it is parked', async (_, change) => {
    await expect(runner.reply(change(answer(StockReserved)))).rejects.toThrow(Defect);
    expect(instance().revision).toBe(1);
  });

  describe('when there is a newer version with other steps', () => {
    const newer = defineSaga<Data, string>('hold-stock', { version: 2 })
      .step('reserve', {
        ask: reserve,
        with: ({ reservationId }) => ({ reservationId, lines: [{ sku: 'OAK-TABLE', quantity: 1 }] }),
        on: { StockReserved: goOn(), StockShort: rollBack('out-of-stock') },
        patience: { deadlineSeconds: 30, attempts: 2, onSilence: rollBack('inventory-timeout') },
        compensate: { ask: release, with: reservation, on: { StockReleased: compensated() } },
        giveBack: () => 'give back',
      })
      .pivot()
      .end({
        completed: { recordedAs: 'held', act: () => 'hold' },
        rolledBack: { recordedAs: 'rejected', act: (_, { code }) => `reject: ${code}` },
      });
    const begin = (definition: typeof saga, which: SagaRunner<string>) => {
      const newSaga = { id: newId(), subject, data: { reservationId } };
      const decide = (work: WorkingSet) => which.start(work, definition, newSaga);
      return unitOfWork.run({ name: 'begin', load: [], decide }).then(() => newSaga.id);
    };

    it('carries each saga on with the version that it began with', async () => {
      const both = runnerOf(new SagaDefinitions([newer, saga]));
      await both.reply(answer(StockReserved));
      expect(instance()).toMatchObject({ version: 1, step: 'commit-stock' });
      const younger = await begin(newer, both);
      await both.reply({ ...answer(StockReserved), sagaid: younger });
      const rows = unitOfWork.rows(sagas).map(({ version, status }) => [version, status]);
      expect(rows.sort()).toEqual([
        [1, 'running'],
        [2, 'completed'],
      ]);
      expect(applied).toEqual(['hold']);
    });

    it('begins none with the older one any more', async () => {
      await expect(begin(saga, runnerOf(new SagaDefinitions([saga, newer])))).rejects.toThrow(Defect);
      expect(unitOfWork.rows(sagas)).toHaveLength(1);
    });
  });

  it('leaves a saga of another release to a process that knows it', async () => {
    const older = runnerOf(new SagaDefinitions<string>([]));
    await expect(older.reply(answer(StockReserved))).rejects.toThrow(LoneFault);
    await expect(runner.reply(answer(StockReserved))).resolves.toBe('taken');
  });
});
