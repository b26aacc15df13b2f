import { describe, expect, it } from '@jest/globals';
import { OpsError } from '../ops-error.js';
import { fakeTerminal } from '../testing/fake-terminal.js';
import { parkedCommand } from './parked.js';
import { proposalsCommand } from './proposals.js';
import { reconciliationCommand } from './reconciliation.js';
import { sagasCommand } from './sagas.js';

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
  it.each([
    ['parked redrive', parkedCommand, 'redrive m-1'],
    ['parked discard', parkedCommand, 'discard m-1'],
    ['sagas resolve', sagasCommand, 'resolve s-1'],
    ['reconciliation fix', reconciliationCommand, 'fix f-1'],
  ])('is told so by %s, and how it goes on', async (_, command, line) => {
    const { context, shown } = fakeTerminal(({ body }) =>
      body && !('preview' in body) ? proposal : { text: 'Would.', outcome: 'taken', revision: 1 },
    );
    await expect(command.run([...line.split(' '), '--reason', 'why', '--yes'], context)).resolves.toBe(0);
    expect(shown()).toContain('Proposed: nothing is done yet.');
    expect(shown()).toContain('proposals confirm p-1');
    expect(shown()).not.toContain('Done');
  });
});

describe('proposals', () => {
  const run = (line: string, context: ReturnType<typeof fakeTerminal>['context']): Promise<number> =>
    proposalsCommand.run(line.split(' '), context);

  it('are listed, and one is shown with what it would change', async () => {
    const { context, calls, shown } = fakeTerminal(() => answers);
    await run('list --state expired', context);
    expect(calls[0]).toMatchObject({ path: '/api/admin/proposals', query: { state: 'expired' } });
    await run('show p-1', context);
    expect(shown()).toMatch(/what +before +after\n\/data\/customerId +cust-1 +cust-2/);
  });

  it('are shown before somebody confirms one, with who wants it and why it takes two', async () => {
    const { context, calls, questions, shown } = fakeTerminal(() => answers);
    await expect(run('confirm p-1 --reason checked', context)).resolves.toBe(0);
    expect(shown()).toMatch(/^alice wants parked\.redrive of parked-message:m-1: .*another/);
    expect(questions).toEqual(['Do it?']);
    expect(calls.at(-1)).toMatchObject({
      path: '/api/admin/proposals/p-1/confirm',
      body: { reason: 'checked' },
    });
  });

  it('stay as they are when somebody says no, gives no reason, or only looks', async () => {
    const { context, calls } = fakeTerminal(() => answers, { yes: false });
    await expect(run('reject p-1 --reason no', context)).resolves.toBe(1);
    await expect(run('confirm p-1 --reason no --preview', context)).resolves.toBe(0);
    await expect(run('confirm p-1', context)).rejects.toThrow(OpsError);
    expect(calls.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
