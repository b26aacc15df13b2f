import { describe, expect, it } from '@jest/globals';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from './envelope.js';
import { maxBodyBytes, parseEnvelope, type UnreadableReason } from './parse-envelope.js';

const envelope: Envelope = {
  specversion: '1.0',
  id: '018f4e3a-7b2c-7def-8123-456789abcdef',
  type: 'inventory.reserve-stock.v1',
  source: '/order-service',
  subject: newId(),
  time: '2026-01-02T03:04:05.678Z',
  datacontenttype: 'application/json',
  dataschema: '/schemas/inventory.reserve-stock.v1.json',
  sagaid: newId(),
  commandid: newId(),
  data: { reservationId: newId(), lines: [{ sku: 'SKU-1', quantity: 2 }] },
};

const read = (body: unknown, messageId: unknown = envelope.id) =>
  parseEnvelope(
    Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    messageId,
  );

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('Reading an envelope', () => {
  it('gives what was sent', () => {
    expect(read(envelope)).toEqual({ readable: true, envelope });
  });

  it('ignores attributes and fields that it does not know', () => {
    const grown = { ...envelope, later: 1, data: { ...(envelope.data as object), note: 'new' } };
    expect(read(grown)).toEqual({ readable: true, envelope });
  });

  it.each([
    { tracestate: `a=${'v'.repeat(600)}` },
    { tracestate: 7 },
    { traceparent: 'nonsense' },
    { traceparent: null, tracestate: ['a=1'] },
  ])('does the work of a message whose trace cannot be read: %j', (trace) => {
    const parsed = read({ ...envelope, ...trace });
    expect(parsed.readable).toBe(true);
    expect(parsed).not.toHaveProperty(`envelope.${Object.keys(trace)[0]}`);
  });

  it('takes no prototype from a message', () => {
    const parsed = read(JSON.stringify(envelope).replace('{', '{"__proto__":{"admin":true},'));
    expect(parsed.readable).toBe(true);
    expect((parsed as { envelope: { admin?: unknown } }).envelope.admin).toBeUndefined();
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  it('reads ids in upper case as what they are', () => {
    const shouted = { ...envelope, id: envelope.id.toUpperCase(), sagaid: envelope.sagaid!.toUpperCase() };
    expect(read(shouted, shouted.id)).toEqual({ readable: true, envelope });
    expect(read(envelope, shouted.id)).toEqual({ readable: true, envelope });
  });

  it('keeps emoji as they are', () => {
    const parsed = read({ ...envelope, subject: '🪑' });
    expect(parsed).toMatchObject({ readable: true, envelope: { subject: '🪑' } });
  });

  const withData = (data: unknown): object => ({ ...envelope, data });
  const lines = (lines: unknown): object => withData({ reservationId: newId(), lines });

  it.each<[string, unknown, UnreadableReason]>([
    ['nothing', '', 'not-json'],
    ['text', 'hello', 'not-json'],
    ['half of it', JSON.stringify(envelope).slice(0, 100), 'not-json'],
    ['a byte order mark before it', `\uFEFF${JSON.stringify(envelope)}`, 'not-json'],
    ['invalid UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'not-utf8'],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'not-utf8'],
    ['UTF-16', Buffer.from(JSON.stringify(envelope), 'utf16le'), 'not-json'],
    ['10 MB', Buffer.alloc(10 * maxBodyBytes, ' '), 'too-large'],
    ['half of a character', { ...envelope, subject: '\ud83e' }, 'broken-unicode'],
    ['half of a character in what it does not know', { ...envelope, later: ['\udc00'] }, 'broken-unicode'],
    ['a command of no saga', { ...envelope, sagaid: undefined }, 'not-an-envelope'],
    ['a command without its id', { ...envelope, commandid: undefined }, 'not-an-envelope'],
    ['null', 'null', 'not-an-envelope'],
    ['an array', '[]', 'not-an-envelope'],
    ['a number', '7', 'not-an-envelope'],
    ['arrays 10,000 deep', deep(10_000), 'not-an-envelope'],
    ['no id', { ...envelope, id: undefined }, 'not-an-envelope'],
    ['an id that is not a UUID', { ...envelope, id: '1' }, 'not-an-envelope'],
    ['another spec version', { ...envelope, specversion: '0.3' }, 'not-an-envelope'],
    ['an empty subject', { ...envelope, subject: '' }, 'not-an-envelope'],
    ['a subject as long as a book', { ...envelope, subject: 'x'.repeat(100_000) }, 'not-an-envelope'],
    ['a time that is not one', { ...envelope, time: 'yesterday' }, 'not-an-envelope'],
    ['an unknown type', { ...envelope, type: 'inventory.burn-stock.v1' }, 'unknown-type'],
    ['an unknown version', { ...envelope, type: 'inventory.reserve-stock.v2' }, 'unknown-type'],
    ['no data', { ...envelope, data: undefined }, 'not-an-envelope'],
    ['null data', withData(null), 'invalid-data'],
    ['no lines', lines([]), 'invalid-data'],
    ['101 lines', lines(Array(101).fill({ sku: 'A', quantity: 1 })), 'invalid-data'],
    ...[0, -1, 1.5, '1', 1e9, 2 ** 53, null, {}].map((quantity): [string, unknown, UnreadableReason] => [
      `a quantity of ${JSON.stringify(quantity)}`,
      lines([{ sku: 'A', quantity }]),
      'invalid-data',
    ]),
  ])('refuses %s', (_, body, reason) => {
    expect(read(body)).toMatchObject({ readable: false, reason });
  });

  it.each([
    [undefined, 'no-message-id'],
    ['', 'no-message-id'],
    [newId(), 'message-id-mismatch'],
    [7, 'message-id-mismatch'],
  ])('refuses a message id of %p', (messageId, reason) => {
    expect(parseEnvelope(Buffer.from(JSON.stringify(envelope)), messageId)).toMatchObject({ reason });
  });

  it('says where it is wrong without quoting what it got', () => {
    const parsed = read(lines([{ sku: 'A', quantity: 'tok_secret' }]));
    expect(parsed).toMatchObject({ detail: expect.stringContaining('/lines/0/quantity') });
    expect(JSON.stringify(parsed)).not.toContain('tok_secret');
  });
});
