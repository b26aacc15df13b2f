import { describe, expect, it } from '@jest/globals';
import { fakeTerminal } from '../testing/fake-terminal.js';

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
    const { ops, calls, shown, advanced } = running('orders', 'finished');
    await expect(ops('reconciliation run --reason monthly')).resolves.toBe(1);
    expect(calls[0]).toMatchObject({ method: 'POST', path: runs, body: { reason: 'monthly' } });
    expect(calls.at(-1)).toMatchObject({ method: 'GET', path: `${runs}/run-1` });
    expect(advanced()).toBe(3);
    expect(shown()).toContain('2 orders were compared with 4 payments and reservations.');
    expect(shown()).toContain('at risk: 9.99 USD');
  });

  it('says why it failed', async () => {
    const { ops, complaints } = running('failed');
    await expect(ops('reconciliation run --reason monthly')).resolves.toBe(1);
    expect(complaints()).toBe('The run failed: inventory is away.\n');
  });

  it('wants a reason', async () => {
    const { ops, calls } = fakeTerminal();
    await expect(ops('reconciliation run')).resolves.toBe(2);
    expect(calls).toEqual([]);
  });
});

describe('reconciliation report', () => {
  const page = () => ({ items: [finding], nextCursor: 'abc' });

  it('lists what is wrong, and how to see more', async () => {
    const { ops, shown } = fakeTerminal(page);
    await expect(ops('reconciliation report')).resolves.toBe(0);
    expect(shown()).toMatch(/finding-1 +money-kept .* 9\.99 USD .* refund/);
    expect(shown()).toContain('more: --cursor abc');
  });

  it('writes CSV in which nothing is a formula', async () => {
    const { ops, shown } = fakeTerminal(page);
    await ops('reconciliation report --csv');
    expect(shown().split('\n')[1]).toBe(
      `finding-1,money-kept,"'=HYPERLINK(""x"")",9.99 USD,,refund,"${finding.detail}"`,
    );
  });
});

describe('reconciliation fix', () => {
  it('shows what would happen, asks, and does it', async () => {
    const { ops, calls, questions, shown } = fakeTerminal(({ body }) => ({
      text: (body as { preview?: boolean }).preview ? 'Would happen: a refund.' : 'It is begun: a refund.',
      sagaId: 'saga-1',
    }));
    await ops('reconciliation fix finding-1 --reason', 'nobody ordered it');
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
    const { ops, calls } = fakeTerminal(() => ({ text: '', sagaId: null }), { yes: false });
    await expect(ops('reconciliation ignore finding-1 --reason known')).resolves.toBe(1);
    expect(calls).toHaveLength(1);
  });
});
