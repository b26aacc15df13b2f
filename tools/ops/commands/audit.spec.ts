import { describe, expect, it } from '@jest/globals';
import { fakeTerminal } from '../testing/fake-terminal.js';

const entry = {
  at: '2026-01-01T12:00:00.000Z',
  actor: 'op-1',
  action: 'saga.retry',
  target: 'saga:1',
  outcome: 'done',
  reason: 'the provider\nis back',
};

describe('audit list', () => {
  it('shows the trail as a table, one line an action, and how to see more', async () => {
    const { ops, calls, shown } = fakeTerminal(() => ({ items: [entry], nextCursor: 'abc' }));
    await expect(ops('audit list --actor op-1')).resolves.toBe(0);
    expect(calls).toEqual([{ method: 'GET', path: '/api/admin/audit', query: { actor: 'op-1' } }]);
    expect(shown().split('\n')).toEqual([
      'at                        actor  action      target  outcome  reason',
      '2026-01-01T12:00:00.000Z  op-1   saga.retry  saga:1  done     the provider is back',
      'more: --cursor abc',
      '',
    ]);
  });

  it('gives programs what the API gave', async () => {
    const { ops, shown } = fakeTerminal(() => ({ items: [entry], nextCursor: null }));
    await ops('audit list --json');
    expect(JSON.parse(shown())).toEqual({ items: [entry], nextCursor: null });
  });

  it.each(['audit', 'audit show', 'audit list --colour'])('makes nothing of %p', async (line) => {
    const { ops, calls } = fakeTerminal();
    await expect(ops(line)).resolves.toBe(2);
    expect(calls).toEqual([]);
  });
});
