import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../api-client.js';
import type { Saga } from '../sagas/saga.js';
import { fakeTerminal, type Call } from '../testing/fake-terminal.js';

const saga = (over: Partial<Saga> = {}): Saga => ({
  id: 'saga-1',
  saga: 'place-order',
  version: 1,
  subject: 'order-1',
  status: 'needs-attention',
  step: 'take-payment',
  operation: 'compensation',
  attempt: 11,
  cause: 'payment-timeout',
  attention: { detail: 'Asked 10 times\nwithout an answer', since: '2026-01-01T12:09:00.000Z' },
  known: true,
  startedAt: '2026-01-01T12:00:00.000Z',
  finishedAt: null,
  deadlineAt: '2026-01-01T12:10:00.000Z',
  ageSeconds: 600,
  revision: 7,
  actions: ['retry', 'resolve'],
  ...over,
});

const entry = (second: number, kind: string, text: string) => ({
  at: `2026-01-01T12:00:0${second}.000Z`,
  kind,
  text,
});

describe('sagas list', () => {
  it('shows a table, and passes on what narrows it', async () => {
    const { ops, calls, shown } = fakeTerminal(() => ({ items: [saga()], nextCursor: 'abc' }));
    const args =
      'sagas list --status needs-attention --status running --older-than 15m --order order-1 --limit 5';
    await expect(ops(args)).resolves.toBe(0);
    expect(calls[0]?.query).toMatchObject({
      status: ['needs-attention', 'running'],
      olderThanSeconds: 900,
      subject: 'order-1',
      limit: '5',
    });
    expect(shown().split('\n')).toEqual([
      'id      saga           status           step               attempt  cause            age     possible',
      'saga-1  place-order 1  needs-attention  undo take-payment       11  payment-timeout  10 min  retry resolve',
      'saga-1: Asked 10 times without an answer, since 2026-01-01T12:09:00.000Z',
      'more: --cursor abc',
      '',
    ]);
  });

  it('finds those that nobody knows', async () => {
    const { ops, calls } = fakeTerminal(() => ({ items: [], nextCursor: null }));
    await ops('sagas list --unknown');
    expect(calls[0]?.query).toMatchObject({ known: 'false' });
  });

  it.each(['soon', '5 m', '-1', '1y'])('does not take %p for a time', async (text) => {
    const { ops, calls, complaints } = fakeTerminal();
    await expect(ops('sagas list', `--older-than=${text}`)).resolves.toBe(2);
    expect(complaints()).toContain('Say 90s, 15m, 2h or 7d.');
    expect(calls).toEqual([]);
  });
});

describe('sagas summary', () => {
  it('says how many there are, and where', async () => {
    const group = { ...saga(), count: 3, oldestAgeSeconds: 7_300 };
    const { ops, shown } = fakeTerminal(() => ({ active: 5, needAttention: 3, groups: [group] }));
    await ops('sagas summary');
    expect(shown()).toContain('5 under way, 3 of them need attention');
    expect(shown()).toMatch(/place-order 1 +take-payment +needs-attention +payment-timeout +3 +2 h/);
  });
});

describe('sagas show', () => {
  const pages = [
    {
      items: [entry(0, 'asked', 'Asked payment.'), entry(2, 'deadline-passed', 'No answer.')],
      nextCursor: 'abc',
    },
    { items: [entry(3, 'operator', 'Forged\n12:00 line')], nextCursor: null },
  ];
  const whole = (call: Call) => ({
    ...saga(),
    reason: { code: 'payment-timeout', detail: null },
    calls: [{ ...saga(), state: 'waiting', answer: null, askedAt: 'then', commandId: 'command-1' }],
    data: {},
    timeline: pages[call.query?.['cursor'] === 'abc' ? 1 : 0],
  });

  it('tells the story from its beginning to its end, page after page', async () => {
    const { ops, shown } = fakeTerminal(whole);
    await expect(ops('sagas show saga-1 --all')).resolves.toBe(0);
    expect(shown()).toContain(
      'place-order 1: needs-attention, undoing take-payment (attempt 11), 10 min old',
    );
    expect(shown().split('\n').slice(-4)).toEqual([
      '2026-01-01T12:00:00.000Z              -->  Asked payment.',
      '2026-01-01T12:00:02.000Z      +2.000   !   No answer.',
      '2026-01-01T12:00:03.000Z      +1.000   @   Forged 12:00 line',
      '',
    ]);
  });

  it('shows the end of a long one, and says that there is more', async () => {
    const items = [entry(3, 'retried', 'Again.'), entry(2, 'deadline-passed', 'No answer.')];
    const { ops, calls, shown } = fakeTerminal((call) => ({
      ...whole(call),
      timeline: { items, nextCursor: 'abc' },
    }));
    await ops('sagas show saga-1');
    expect(calls.map(({ query }) => query)).toEqual([{ sort: 'newest', limit: 100 }]);
    expect(shown()).toMatch(/the newest 2 entries; all of them with --all\)[^]*No answer\.\n[^]*Again\.\n$/);
  });

  it('gives programs the whole of it', async () => {
    const { ops, shown } = fakeTerminal(whole);
    await ops('sagas show saga-1 --all --json');
    expect(JSON.parse(shown())).toMatchObject({ id: 'saga-1', timeline: { items: [{}, {}, {}] } });
  });

  it('asks for one saga, whatever its name', async () => {
    const { ops, calls, complaints } = fakeTerminal(whole);
    await ops('sagas show ../audit');
    expect(calls[0]?.path).toBe('/api/admin/sagas/..%2Faudit');
    await expect(ops('sagas show')).resolves.toBe(2);
    expect(complaints()).toContain("missing required argument 'id'");
    await expect(ops('sagas show a b')).resolves.toBe(2);
    expect(complaints()).toContain('too many arguments');
  });
});

describe('an action on one saga', () => {
  const foreseen = { outcome: 'taken', text: 'Would happen: this.' };
  const done = { outcome: 'taken', text: 'This.' };
  const api = ({ method, body }: Call) =>
    method === 'GET' ? saga() : 'preview' in (body ?? {}) ? foreseen : done;
  const retry = ['sagas retry saga-1 --reason', 'it is back'] as const;

  it('shows what would happen, asks, and does it to the saga as it was shown', async () => {
    const { ops, calls, questions, shown } = fakeTerminal(api);
    await expect(ops(...retry)).resolves.toBe(0);
    expect(shown()).toBe('Would happen: this.\nThis.\n');
    expect(questions).toEqual(['Do it?']);
    const path = '/api/admin/sagas/saga-1/retry';
    const options = { ifMatch: '"7"' };
    expect(calls.slice(1)).toEqual([
      { method: 'POST', path, body: { reason: 'it is back', preview: true }, options },
      { method: 'POST', path, body: { reason: 'it is back' }, options },
    ]);
  });

  it('does nothing without a yes', async () => {
    const { ops, calls } = fakeTerminal(api, { yes: false });
    await expect(ops(...retry)).resolves.toBe(1);
    expect(calls).toHaveLength(2);
  });

  it('only shows it with --preview, and does not ask with --yes', async () => {
    const preview = fakeTerminal(api);
    await expect(preview.ops(...retry, '--preview')).resolves.toBe(0);
    expect([preview.calls.length, preview.questions.length]).toEqual([2, 0]);
    const yes = fakeTerminal(api, { yes: false });
    await expect(yes.ops(...retry, '--yes')).resolves.toBe(0);
    expect([yes.shown(), yes.questions.length]).toEqual(['This.\n', 0]);
  });

  it('ends with 1 when the saga would not', async () => {
    const { ops, calls, shown } = fakeTerminal(({ method }) =>
      method === 'GET' ? saga() : { outcome: 'saga-finished', text: 'Would be refused: the saga had ended.' },
    );
    await expect(ops('sagas resolve saga-1 --reason back --yes')).resolves.toBe(1);
    expect([calls.length, shown()]).toEqual([2, 'Would be refused: the saga had ended.\n']);
  });

  it.each([
    ['sagas retry saga-1'],
    ['sagas retry saga-1 --reason', ' '],
    ['sagas retry saga-1 --yes --reason --preview'],
    ['sagas retry saga-1 --reason x --status needs-attention'],
    ['sagas retry saga-1 --all --status needs-attention --reason x'],
    ['sagas retry --status needs-attention --reason x'],
    ['sagas undo saga-1'],
    ['sagas'],
  ])('makes nothing of %p', async (...line) => {
    const { ops, calls, complaints } = fakeTerminal(api);
    await expect(ops(...(line as [string]))).resolves.toBe(2);
    expect(complaints()).toContain('Usage: npm run ops -- sagas');
    expect(calls).toEqual([]);
  });
});

describe('sagas retry --all', () => {
  const retryAll = 'sagas retry --all --status needs-attention --step take-payment --reason back';
  const pages = (count: number) => (call: Call) => {
    if (call.method === 'POST') return { outcome: 'taken', text: '' };
    const from = Number(call.query?.['cursor'] ?? 0);
    const items = Array.from({ length: Math.min(100, count - from) }, (_, n) =>
      saga({ id: `saga-${from + n}`, revision: from + n }),
    );
    return { items, nextCursor: from + 100 < count ? String(from + 100) : null };
  };
  const posts = (calls: readonly Call[]) => calls.filter(({ method }) => method === 'POST');

  it('shows what fits, asks, and retries one by one, each as it was listed', async () => {
    const { ops, calls, questions, shown, advanced } = fakeTerminal(pages(150));
    await expect(ops(retryAll)).resolves.toBe(0);
    expect(questions).toEqual(['Retry 150?']);
    expect(shown()).toContain('and 140 more');
    expect(shown()).toContain('150 retried\n');
    expect(posts(calls)).toHaveLength(150);
    expect(posts(calls)[149]).toMatchObject({
      path: '/api/admin/sagas/saga-149/retry',
      options: { ifMatch: '"149"' },
    });
    expect(calls[0]?.query).toMatchObject({
      status: ['needs-attention'],
      step: 'take-payment',
      sort: 'oldest',
    });
    expect(advanced()).toBe(150);
  });

  it('does nothing without a yes, and asks nothing with --yes', async () => {
    const no = fakeTerminal(pages(3), { yes: false });
    await expect(no.ops(retryAll)).resolves.toBe(1);
    expect(posts(no.calls)).toEqual([]);
    const yes = fakeTerminal(pages(3), { yes: false });
    await expect(yes.ops(retryAll, '--yes', '--json')).resolves.toBe(0);
    expect(JSON.parse(yes.shown())).toEqual({ done: 3, left: [] });
  });

  it('leaves alone what has moved on by itself, says so, and goes on', async () => {
    const { ops, shown } = fakeTerminal((call) => {
      if (call.path.endsWith('saga-1/retry'))
        throw new ApiError(412, 'precondition-failed', 'It has changed');
      return pages(3)(call);
    });
    await expect(ops(retryAll, '--yes')).resolves.toBe(1);
    expect(shown()).toMatch(/2 retried, 1 not:[^]*saga-1 +It has changed/);
  });

  it('stops when the service is away, rather than fail at each of them', async () => {
    const { ops, calls, complaints } = fakeTerminal((call) => {
      if (call.method === 'POST') throw new ApiError(503, 'unavailable', 'Not at the moment');
      return pages(3)(call);
    });
    await expect(ops(retryAll, '--yes')).resolves.toBe(1);
    expect(complaints()).toBe('Not at the moment\n');
    expect(posts(calls)).toHaveLength(1);
  });

  it('takes a thousand at once, and says when there are more', async () => {
    const { ops, calls, shown } = fakeTerminal(pages(1_200));
    await ops(retryAll);
    expect(shown()).toContain('(the 1000 oldest; run it again for the others)');
    expect(posts(calls)).toHaveLength(1_000);
  });

  it('wants to know which', async () => {
    const { ops, calls, complaints } = fakeTerminal(pages(3));
    await expect(ops('sagas retry --all --reason x')).resolves.toBe(2);
    expect(complaints()).toContain('all of which?');
    expect(calls).toEqual([]);
    const none = fakeTerminal(pages(0));
    await expect(none.ops(retryAll)).resolves.toBe(0);
    expect(none.shown()).toBe('No saga fits.\n');
  });
});
