import { describe, expect, it } from '@jest/globals';
import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { wasDuplicate } from './duplicates.js';
import { bodyHashOf } from '../envelope/body-hash.js';
import type { Envelope } from '../envelope/envelope.js';
import { ALREADY_CONSUMED, Inbox } from './inbox.js';
import { inboxTable } from './inbox.row.js';

const message = (changes: Partial<Envelope> = {}): Envelope => ({
  specversion: '1.0',
  id: newId(),
  type: 'inventory.stock-reserved.v1',
  source: '/inventory-service',
  subject: 'order',
  time: '2026-01-02T03:04:05.678Z',
  datacontenttype: 'application/json',
  dataschema: '/schemas/inventory.stock-reserved.v1.json',
  data: {},
  ...changes,
});

describe('Inbox', () => {
  const inbox = new Inbox();
  const unitOfWork = new InMemoryRunner();
  const unit: UnitOfWork<string> = { name: 'effect', load: [], decide: () => 'done' };
  const consume = (consumer: string, envelope: Envelope, effect = unit): Promise<unknown> =>
    unitOfWork.run(inbox.once(consumer, envelope, effect));

  it('lets a message have its effect once', async () => {
    const first = message();
    const again = { ...first };
    expect(await consume('saga', first)).toBe('done');
    expect(await consume('saga', again)).toBe(ALREADY_CONSUMED);
    expect([first, again].map(wasDuplicate)).toEqual([false, true]);
  });

  it('lets one of many copies that come at once have its effect', async () => {
    const first = message();
    const results = await Promise.all(Array.from({ length: 10 }, () => consume('saga', { ...first })));
    expect(results.filter((result) => result === 'done')).toHaveLength(1);
  });

  it('keeps consumers apart', async () => {
    const shared = message();
    expect(await consume('saga', shared)).toBe('done');
    expect(await consume('projection', shared)).toBe('done');
  });

  it('finds a defect in another body under the same id', async () => {
    const first = message();
    await consume('saga', first);
    await expect(consume('saga', { ...first, data: { other: true } })).rejects.toThrow(
      new Defect(`message ${first.id} came to saga before, with another body`),
    );
  });

  it('records which message it was, and when', async () => {
    const [first, runner] = [message(), new InMemoryRunner({ clock: { now: () => new Date(0) } })];
    await runner.run(inbox.once('saga', first, unit));
    const bodyHash = bodyHashOf(first);
    expect(runner.rows(inboxTable)).toEqual([
      { consumer: 'saga', messageId: first.id, bodyHash, consumedAt: new Date(0) },
    ]);
  });

  it('decides nothing of a copy', async () => {
    const first = message();
    let effects = 0;
    const counting: UnitOfWork<number> = { name: 'count', load: [], decide: () => (effects += 1) };
    await unitOfWork.run(inbox.once('saga', first, counting));
    await unitOfWork.run(inbox.once('saga', first, counting));
    expect(effects).toBe(1);
  });

  it('says so before anything is done about it, and records nothing', async () => {
    const first = message();
    const ask = (asked: Envelope): Promise<string> => unitOfWork.run(inbox.before('saga', asked, unit));
    expect(await ask(first)).toBe('done');
    expect(await consume('saga', first)).toBe('done');
    expect(await ask(first)).toBe('done');
    await expect(ask({ ...first, data: { other: true } })).rejects.toThrow(Defect);
  });

  it('knows nothing of a message whose effect failed', async () => {
    const failing = message();
    const decide = (): never => {
      throw new Error('no');
    };
    await expect(consume('saga', failing, { ...unit, decide })).rejects.toThrow('no');
    expect(await consume('saga', failing)).toBe('done');
  });

  it("adds its row to the unit's own loads and results", async () => {
    const [own, envelope] = [lock(inboxTable, ['other', newId()] as const), message()];
    const inboxLoad = { table: inboxTable, keys: [['saga', envelope.id]], mode: 'read' };
    for (const wrap of ['once', 'before'] as const) {
      const wrapped = inbox[wrap]('saga', envelope, { ...unit, load: [own] });
      expect(wrapped).toMatchObject({ name: 'effect', load: [inboxLoad, own] });
    }
  });
});
