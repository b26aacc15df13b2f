import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fakeTerminal, type Call } from '../testing/fake-terminal.js';

const message = {
  id: 'p-1',
  parkedAt: '2026-01-01T12:00:00.000Z',
  queue: 'order-service.replies',
  type: 'payment.payment-taken.v1',
  reason: 'defect',
  detail: 'Defect: another amount',
};
const group = 'order-service.replies,payment.payment-taken.v1,defect';
const filter = { queue: message.queue, type: message.type, reason: 'defect' };

describe('parked list', () => {
  it('shows a table, and passes on what narrows it', async () => {
    const { ops, calls, shown } = fakeTerminal(() => ({ items: [message], nextCursor: 'abc' }));
    await expect(ops(`parked list --group ${group} --saga s-1 --state redriven --limit 5`)).resolves.toBe(0);
    expect(calls[0]).toMatchObject({
      path: '/api/admin/dead-letters',
      query: { ...filter, saga: 's-1', state: 'redriven', limit: '5' },
    });
    expect(shown()).toMatch(
      /p-1 .*order-service\.replies .*defect +Defect: another amount\nmore: --cursor abc/,
    );
  });

  it('takes no half of a group', async () => {
    const { ops, calls, complaints } = fakeTerminal();
    await expect(ops('parked list --group payment.commands')).resolves.toBe(2);
    expect(complaints()).toContain('It is no group');
    expect(calls).toEqual([]);
  });
});

describe('parked groups', () => {
  it('names each as --group takes it', async () => {
    const groups = [
      { ...message, count: 12, oldest: 'then', newest: 'now' },
      { ...message, type: null, count: 1, oldest: 'then', newest: 'now' },
    ];
    const { ops, shown } = fakeTerminal(() => ({ items: groups, more: true }));
    await ops('parked groups');
    expect(shown()).toContain(`${group}     12  then    now`);
    expect(shown()).toContain('order-service.replies,none,defect');
    expect(shown()).toContain('and smaller ones');
  });

  it('says when there is nothing', async () => {
    const { ops, shown } = fakeTerminal(() => ({ items: [], more: false }));
    await ops('parked groups');
    expect(shown()).toBe('Nothing is parked.\n');
  });
});

describe('parked show', () => {
  it('shows what is known, the payload, and what a redrive would send', async () => {
    const shownMessage = { envelope: { id: 'm-1' }, data: { amount: '1.00' }, excerpt: null };
    const bytes = { envelope: null, data: null, excerpt: { text: 'A\u0007', hex: '41 07' } };
    const { ops, shown } = fakeTerminal(() => ({
      ...message,
      message: bytes,
      editedMessage: shownMessage,
    }));
    await ops('parked show p-1');
    expect(shown()).toMatch(/reason +defect/);
    expect(shown()).toMatch(/the message:\ntext +hex\nA +41 07/);
    expect(shown()).toMatch(/what a redrive would send:[^]*"amount": "1.00"/);
  });
});

describe('an action on one message', () => {
  const answer = ({ body }: Call) => ({
    text: (body as { preview?: boolean }).preview ? 'Would: go back' : 'go back',
  });

  it('says what would happen, asks, and does it', async () => {
    const { ops, calls, questions, shown } = fakeTerminal(answer);
    await expect(ops('parked redrive p-1 --reason mended')).resolves.toBe(0);
    expect(questions).toHaveLength(1);
    expect(calls.map(({ path: at, body }) => [at, body])).toEqual([
      ['/api/admin/dead-letters/p-1/redrive', { reason: 'mended', preview: true }],
      ['/api/admin/dead-letters/p-1/redrive', { reason: 'mended' }],
    ]);
    expect(shown()).toBe('Would: go back\nDone: go back\n');
  });

  it('does nothing without a yes, or as a preview', async () => {
    const no = fakeTerminal(answer, { yes: false });
    await expect(no.ops('parked discard p-1 --reason old')).resolves.toBe(1);
    const preview = fakeTerminal(answer);
    await expect(preview.ops('parked discard p-1 --reason old --preview')).resolves.toBe(0);
    expect([no.calls.length, preview.calls.length]).toEqual([1, 1]);
  });

  it('needs a reason, and an edit its data', async () => {
    const { ops, calls, complaints } = fakeTerminal(answer);
    await expect(ops('parked redrive p-1')).resolves.toBe(2);
    expect(complaints()).toContain("required option '--reason <why>' not specified");
    await expect(ops('parked edit p-1 --reason x')).resolves.toBe(2);
    expect(complaints()).toContain("required option '--data <file>' not specified");
    await expect(ops('parked edit p-1 --reason x --data /no/such/file')).resolves.toBe(1);
    expect(complaints()).toContain('/no/such/file is no JSON file');
    await expect(ops('parked redrive p-1 --reason x --data y')).resolves.toBe(2);
    expect(complaints()).toContain("unknown option '--data'");
    expect(calls).toEqual([]);
  });

  it('edits with the data of a file', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'parked-')), 'data.json');
    writeFileSync(file, '{"amount":"29.99"}');
    const { ops, calls } = fakeTerminal(answer);
    await ops(`parked edit p-1 --reason x --yes --data ${file}`);
    expect(calls).toMatchObject([{ body: { reason: 'x', data: { amount: '29.99' } } }]);
  });
});

describe('an action on many messages', () => {
  const job = { id: 'j-1', state: 'running', total: 3, done: 0, failed: 0 };
  const steps = [job, { ...job, done: 2 }, { ...job, done: 2, failed: 1, state: 'finished' }];
  const service = () => {
    let looks = 0;
    return ({ method, body }: Call) => {
      if (method === 'GET') return steps[(looks += 1)];
      return 'preview' in body! ? { count: 3, sample: [message] } : job;
    };
  };

  it('says how many, asks, and watches the job to its end', async () => {
    const { ops, questions, calls, shown, advanced } = fakeTerminal(service());
    await expect(ops(`parked redrive --group ${group} --reason mended`)).resolves.toBe(1);
    expect(questions).toEqual(['Redrive 3?']);
    expect(calls[1]).toMatchObject({
      path: '/api/admin/dead-letters/redrive',
      body: { reason: 'mended', filter },
    });
    expect(advanced()).toBe(3);
    expect(shown()).toMatch(
      /p-1[^]*and 2 more\n2 done, 1 could not be, or take a second person: one by one\n$/,
    );
  });

  it('does nothing without a yes, as a preview, or when nobody says which', async () => {
    const no = fakeTerminal(service(), { yes: false });
    await expect(no.ops('parked discard --cause defect --reason old')).resolves.toBe(1);
    expect(no.calls).toHaveLength(1);
    const preview = fakeTerminal(service());
    await expect(preview.ops('parked discard --cause defect --reason old --preview --json')).resolves.toBe(0);
    expect([preview.calls.length, JSON.parse(preview.shown()).count]).toEqual([1, 3]);
  });

  it('is never about more, or others, than was said', async () => {
    const { ops, calls, complaints } = fakeTerminal(service());
    await expect(ops('parked discard --reason old')).resolves.toBe(2);
    await expect(ops('parked discard p-1 --cause defect --reason old')).resolves.toBe(2);
    expect(complaints()).toContain('an id, or what they have in common');
    expect(calls).toEqual([]);
  });

  it('can be watched again later', async () => {
    const { ops, shown } = fakeTerminal(() => steps[2]);
    await expect(ops('parked job j-1')).resolves.toBe(1);
    expect(shown()).toBe('2 of 3 done, 1 could not be\n');
  });
});

it.each(['parked', 'parked explode'])('makes nothing of %p', async (line) => {
  await expect(fakeTerminal().ops(line)).resolves.toBe(2);
});
