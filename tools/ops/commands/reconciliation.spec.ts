import { describe, expect, it } from '@jest/globals';
import { fakeTerminal } from '../testing/fake-terminal.js';
import { reconciliationCommand } from './reconciliation.js';

const runs = '/api/admin/reconciliation/runs';
const finding = {
  id: 'finding-1',
  kind: 'money-kept',
  orderId: '=HYPERLINK("x")',
  atRisk: { amount: '9.99', currency: 'USD' },
  pieces: null,
  fix: 'refund',
  detail: 'Order 1 is REJECTED, and 9.99 USD of it are kept.',
};

describe('reconciliation run', () => {
  const running = (...states: readonly string[]) => {
    const left = [...states];
    return fakeTerminal(({ method }) =>
      method === 'POST'
        ? { runId: 'run-1' }
        : {
            id: 'run-1',
            state: left.shift(),
            orders: 2,
            items: 4,
            failure: 'inventory is away',
            open: [{ kind: 'money-kept', count: 1 }],
            atRisk: [{ amount: '9.99', currency: 'USD' }],
          },
    );
  };

  it('follows the run to its end, and ends with 1 when something does not add up', async () => {
    const { context, calls, shown, advanced } = running('orders', 'finished');
    await expect(reconciliationCommand.run(['run', '--reason', 'monthly'], context)).resolves.toBe(1);
    expect(calls[0]).toMatchObject({ method: 'POST', path: runs, body: { reason: 'monthly' } });
    expect(calls.at(-1)).toMatchObject({ method: 'GET', path: `${runs}/run-1` });
    expect(advanced()).toBe(3);
    expect(shown()).toContain('2 orders were compared with 4 payments and reservations.');
    expect(shown()).toContain('at risk: 9.99 USD');
  });

  it('says why it failed', async () => {
    const { context } = running('failed');
    await expect(reconciliationCommand.run(['run', '--reason', 'monthly'], context)).rejects.toThrow(
      'The run failed: inventory is away.',
    );
  });

  it('wants a reason', async () => {
    const { context, calls } = fakeTerminal();
    await expect(reconciliationCommand.run(['run'], context)).rejects.toThrow('why?');
    expect(calls).toEqual([]);
  });
});

describe('reconciliation report', () => {
  const page = () => ({ items: [finding], nextCursor: 'abc' });

  it('lists what is wrong, and how to see more', async () => {
    const { context, shown } = fakeTerminal(page);
    await expect(reconciliationCommand.run(['report'], context)).resolves.toBe(0);
    expect(shown()).toMatch(/finding-1 +money-kept .* 9\.99 USD .* refund/);
    expect(shown()).toContain('more: --cursor abc');
  });

  it('writes CSV in which nothing is a formula', async () => {
    const { context, shown } = fakeTerminal(page);
    await reconciliationCommand.run(['report', '--csv'], context);
    expect(shown().split('\n')[1]).toBe(
      `finding-1,money-kept,"'=HYPERLINK(""x"")",9.99 USD,,refund,"${finding.detail}"`,
    );
  });
});

describe('reconciliation fix', () => {
  it('shows what would happen, asks, and does it', async () => {
    const { context, calls, questions, shown } = fakeTerminal(({ body }) => ({
      text: (body as { preview?: boolean }).preview ? 'Would happen: a refund.' : 'It is begun: a refund.',
      sagaId: 'saga-1',
    }));
    await reconciliationCommand.run(['fix', 'finding-1', '--reason', 'nobody ordered it'], context);
    expect(calls.map(({ body }) => body)).toEqual([
      { reason: 'nobody ordered it', preview: true },
      { reason: 'nobody ordered it' },
    ]);
    expect(questions).toEqual(['Do it?']);
    expect(shown().split('\n')).toEqual([
      'Would happen: a refund.',
      'It is begun: a refund.',
      'more: sagas show saga-1',
      '',
    ]);
  });

  it('does nothing where the operator does not want it', async () => {
    const { context, calls } = fakeTerminal(() => ({ text: '', sagaId: null }), { yes: false });
    await expect(
      reconciliationCommand.run(['ignore', 'finding-1', '--reason', 'known'], context),
    ).resolves.toBe(1);
    expect(calls).toHaveLength(1);
  });
});
