import { describe, expect, it } from '@jest/globals';
import { fakeTerminal } from '../testing/fake-terminal.js';

const proposal = {
  id: 'p-1',
  action: 'parked.redrive',
  target: 'parked-message:m-1',
  text: 'Would: go back.',
  why: 'its sender gave another /data/customerId',
  reason: 'a typing error',
  state: 'open',
  changes: [{ path: '/data/customerId', before: 'cust-1', after: 'cust-2' }],
  proposedBy: 'alice',
  proposedAt: 'then',
  expiresAt: 'tomorrow',
  settledBy: null,
  settledAt: null,
};

const answers = { items: [proposal], nextCursor: null, ...proposal };

describe('an action that takes a second person', () => {
  it.each(['parked redrive m-1', 'parked discard m-1', 'sagas resolve s-1', 'reconciliation fix f-1'])(
    'is told so by %p, and how it goes on',
    async (line) => {
      const { ops, shown } = fakeTerminal(({ body }) =>
        body && !('preview' in body) ? proposal : { text: 'Would.', outcome: 'taken', revision: 1 },
      );
      await expect(ops(`${line} --reason why --yes`)).resolves.toBe(0);
      expect(shown()).toContain('Proposed: nothing is done yet.');
      expect(shown()).toContain('proposals confirm p-1');
      expect(shown()).not.toContain('Done');
    },
  );
});

describe('proposals', () => {
  it('are listed, and one is shown with what it would change', async () => {
    const { ops, calls, shown } = fakeTerminal(() => answers);
    await ops('proposals list --state expired');
    expect(calls[0]).toMatchObject({ path: '/api/admin/proposals', query: { state: 'expired' } });
    await ops('proposals show p-1');
    expect(shown()).toMatch(/what +before +after\n\/data\/customerId +cust-1 +cust-2/);
  });

  it('are shown before somebody confirms one, with who wants it and why it takes two', async () => {
    const { ops, calls, questions, shown } = fakeTerminal(() => answers);
    await expect(ops('proposals confirm p-1 --reason checked')).resolves.toBe(0);
    expect(shown()).toMatch(/^alice wants parked\.redrive of parked-message:m-1: .*another/);
    expect(questions).toEqual(['Do it?']);
    expect(calls.at(-1)).toMatchObject({
      path: '/api/admin/proposals/p-1/confirm',
      body: { reason: 'checked' },
    });
  });

  it('stay as they are when somebody says no, gives no reason, or only looks', async () => {
    const { ops, calls } = fakeTerminal(() => answers, { yes: false });
    await expect(ops('proposals reject p-1 --reason no')).resolves.toBe(1);
    await expect(ops('proposals confirm p-1 --reason no --preview')).resolves.toBe(0);
    await expect(ops('proposals confirm p-1')).resolves.toBe(2);
    expect(calls.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
