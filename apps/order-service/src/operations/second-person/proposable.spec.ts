import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { callerOf, type Caller } from '#libs/kernel/caller.js';
import { canonicalJson } from '#libs/kernel/canonical-json.js';
import { Refusal } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { operatorActions } from '../audit/operator-action.row.js';
import {
  foreseen,
  isProposed,
  mayActAlone,
  openProposal,
  proposable,
  type Asked,
  type Concern,
  type Guarded,
  type Told,
} from './proposable.js';
import type { ProposalItem } from './proposal-item.js';
import { proposals, type ProposalRow } from './proposal.row.js';

const [alice, bob] = ['alice', 'bob'].map((name) => callerOf(name, ['operator'])) as [Caller, Caller];
const admin = callerOf('root', ['admin']);
const start = new Date('2026-01-01T12:00:00.000Z');
const hours = (count: number) => new Date(start.getTime() + count * 3_600_000);

describe('an action that may take a second person', () => {
  let now: Date;
  let units: InMemoryRunner;
  let concern: Concern | null;
  let refusal: Refusal | null;
  let done: number;
  const changes = [{ path: '/a', before: 1, after: 2 }];

  beforeEach(() => {
    [now, concern, refusal, done] = [start, { why: 'it moves money', about: { a: 1, b: 2 } }, null, 0];
    units = new InMemoryRunner({ clock: { now: () => now } });
  });

  const act: UnitOfWork<Told> = {
    name: 'act',
    load: [],
    decide: () => {
      done += 1;
      return { text: 'It was done.', changes };
    },
  };
  const guarded: Guarded<Told> = {
    act,
    foresee: () => {
      if (refusal) throw refusal;
      return { text: 'It would be done.', changes };
    },
    concernOf: () => concern,
    outcomeOf: ({ text }) => `outcome: ${text}`,
  };
  const asked = (over: Partial<Asked> = {}): Asked => ({
    caller: alice,
    action: 'parked.redrive',
    target: 'parked:1',
    reason: 'it is mended',
    confirms: null,
    ...over,
  });
  const ask = (over: Partial<Asked> = {}, of = guarded) => units.run(proposable(asked(over), of));
  const trail = () =>
    units.rows(operatorActions).map((row) => [row.actor, row.action, row.outcome, row.changes]);
  const rows = () => units.rows(proposals);
  const propose = async (): Promise<ProposalItem> => {
    const result = await ask();
    if (!isProposed(result)) throw new Error('nothing was proposed');
    return result.proposed;
  };
  const confirm = ({ id, proposedBy }: ProposalItem, caller: Caller) =>
    ask({ caller, confirms: { id, proposedBy } });
  const refused = (code: string, message: string, particulars = {}) =>
    expect.objectContaining({ name: 'Refusal', code, message, particulars });

  it('is done at once where one person is enough', async () => {
    concern = null;
    const result = await ask();
    expect(result).toEqual({ text: 'It was done.', changes });
    expect(isProposed(result)).toBe(false);
    expect([done, rows()]).toEqual([1, []]);
    expect(trail()).toEqual([['alice', 'parked.redrive', 'outcome: It was done.', changes]]);
  });

  it('is done at once by an admin', async () => {
    expect([mayActAlone(admin), mayActAlone(alice)]).toEqual([true, false]);
    expect(await ask({ caller: admin })).toEqual({ text: 'It was done.', changes });
    expect([done, rows()]).toEqual([1, []]);
  });

  it('is proposed otherwise, and not done', async () => {
    const proposed = await propose();
    const item = {
      action: 'parked.redrive',
      target: 'parked:1',
      text: 'It would be done.',
      why: 'it moves money',
      changes,
      reason: 'it is mended',
      proposedBy: 'alice',
      state: 'open',
      settledBy: null,
      settledAt: null,
    };
    const id = proposed.id;
    expect(proposed).toEqual({
      ...item,
      id,
      proposedAt: start.toISOString(),
      expiresAt: hours(24).toISOString(),
    });
    const seen = createHash('sha256')
      .update(canonicalJson({ a: 1, b: 2 }))
      .digest('hex');
    expect(rows()).toEqual([{ ...item, id, seen, proposedAt: start, expiresAt: hours(24) }]);
    expect(done).toBe(0);
    expect(trail()).toEqual([['alice', 'parked.redrive', `proposed: ${id}`, changes]]);
  });

  it('keeps as much of long texts as there is room for, and no changes where there are none', async () => {
    concern = { why: 'y'.repeat(600), about: null };
    const foresee = () => ({ text: 'x'.repeat(1_100) });
    await ask({}, { ...guarded, foresee });
    expect(rows()).toMatchObject([{ text: 'x'.repeat(1_000), why: 'y'.repeat(500), changes: null }]);
  });

  it('is done when somebody else confirms it, and both are in the trail', async () => {
    const proposed = await propose();
    now = hours(1);
    expect(await confirm(proposed, bob)).toEqual({ text: 'It was done.', changes });
    expect(done).toBe(1);
    expect(rows()).toMatchObject([{ state: 'confirmed', settledBy: 'bob', settledAt: hours(1) }]);
    expect(trail().at(-1)).toEqual([
      'bob',
      'proposal.confirm',
      'parked.redrive: outcome: It was done.; proposed by alice',
      changes,
    ]);
  });

  it('is in the trail without changes where it has none', async () => {
    const result = { text: 'It was done.' };
    const plain = { ...guarded, act: { ...act, decide: () => result }, foresee: () => result };
    const proposed = await ask({}, plain);
    if (!isProposed(proposed)) throw new Error('nothing was proposed');
    const { id, proposedBy } = proposed.proposed;
    await ask({ caller: bob, confirms: { id, proposedBy } }, plain);
    concern = null;
    await ask({}, plain);
    expect(trail().map((entry) => entry[3])).toEqual([null, null, null]);
  });

  it.each([
    ['the same person', alice],
    ['the same person under another spelling', callerOf('Alice', ['operator'])],
    ['the same person in another role', callerOf('alice', ['admin'])],
  ])('is not confirmed by %s', async (_, caller) => {
    const proposed = await propose();
    await expect(confirm(proposed, caller)).rejects.toThrow(
      refused('own-proposal', `the proposal ${proposed.id} is yours; somebody else has to confirm it`),
    );
    expect([done, rows()[0]?.state]).toEqual([0, 'open']);
  });

  it('is confirmed once', async () => {
    const proposed = await propose();
    await confirm(proposed, bob);
    await expect(confirm(proposed, bob)).rejects.toThrow(
      refused('proposal-settled', `the proposal ${proposed.id} is confirmed`, { state: 'confirmed' }),
    );
    expect(done).toBe(1);
  });

  it('is not confirmed after a day', async () => {
    const proposed = await propose();
    now = hours(24);
    await expect(confirm(proposed, bob)).rejects.toThrow(
      refused('proposal-settled', `the proposal ${proposed.id} is expired`, { state: 'expired' }),
    );
    now = new Date(hours(24).getTime() - 1);
    await expect(confirm(proposed, bob)).resolves.toBeDefined();
  });

  it('is not confirmed where there is no such proposal', async () => {
    const id = newId();
    const missing = { id, proposedBy: 'alice' } as ProposalItem;
    await expect(confirm(missing, bob)).rejects.toThrow(
      refused('proposal-not-found', `there is no proposal ${id}`),
    );
  });

  it.each<[string, Concern | null]>([
    ['what it is about has changed', { why: 'it moves money', about: { a: 1, b: 3 } }],
    ['it takes no second person any more', null],
  ])('is not confirmed when %s', async (_, other) => {
    const proposed = await propose();
    concern = other;
    await expect(confirm(proposed, bob)).rejects.toThrow(
      refused(
        'proposal-outdated',
        `what the proposal ${proposed.id} is about has changed since; it has to be made again`,
      ),
    );
    expect(done).toBe(0);
  });

  it('is confirmed although it is told in other words', async () => {
    const proposed = await propose();
    concern = { why: 'it moves a lot of money', about: { b: 2, a: 1 } };
    await expect(confirm(proposed, bob)).resolves.toBeDefined();
  });

  it('says why by itself where it cannot be done any more', async () => {
    const proposed = await propose();
    refusal = new Refusal('gone', 'it has gone');
    concern = null;
    await expect(confirm(proposed, bob)).rejects.toBe(refusal);
    await expect(ask()).rejects.toBe(refusal);
  });

  it('is decided on the rows that it loads, and on the proposal', () => {
    const load = [lock(operatorActions, 'x')];
    const loading = { ...guarded, act: { ...act, load } };
    const confirms = { id: 'p', proposedBy: 'alice' };
    expect(proposable(asked(), loading).load).toEqual(load);
    expect(proposable(asked({ confirms }), loading).load).toEqual([lock(proposals, 'p'), ...load]);
    expect(foreseen(asked(), loading).load).toEqual(load);
    expect(foreseen(asked({ confirms }), loading).load).toEqual([lock(proposals, 'p'), ...load]);
    expect(proposable(asked({ confirms }), loading).name).toBe('act');
  });

  describe('that is only looked at', () => {
    const look = (over: Partial<Asked> = {}) => units.run(foreseen(asked(over), guarded));

    it('says what would happen, and that it takes a second person', async () => {
      expect(await look()).toEqual({
        text: 'It would be done. It takes a second person: it moves money.',
        changes,
      });
      expect(await look({ caller: admin })).toEqual({ text: 'It would be done.', changes });
      concern = null;
      expect(await look()).toEqual({ text: 'It would be done.', changes });
      expect([done, rows(), trail()]).toEqual([0, [], []]);
    });

    it('by the second person says whether that one may confirm it', async () => {
      const { id, proposedBy } = await propose();
      const confirms = { id, proposedBy };
      expect(await look({ caller: bob, confirms })).toEqual({ text: 'It would be done.', changes });
      await expect(look({ confirms })).rejects.toMatchObject({ code: 'own-proposal' });
      expect(rows()).toMatchObject([{ state: 'open' }]);
    });
  });

  it('has a proposal that nobody has settled, or none', async () => {
    const { id } = await propose();
    const open = (state: ProposalRow['state']) =>
      units.run({
        name: 'open',
        load: [lock(proposals, id)],
        decide: (work) => {
          work.update(proposals, { ...work.get(proposals, id), state });
          return openProposal(work, id).id;
        },
      });
    await expect(open('open')).resolves.toBe(id);
    await expect(open('rejected')).rejects.toMatchObject({ particulars: { state: 'rejected' } });
  });
});
