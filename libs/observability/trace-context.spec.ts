import { describe, expect, it } from '@jest/globals';
import { childOf, formatTraceparent, parseTraceparent, isTracestate } from './trace-context.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('traceparent', () => {
  it('is read and written', () => {
    const header = `00-${traceId}-${spanId}-01`;
    expect(parseTraceparent(header)).toEqual({ traceId, spanId, sampled: true });
    expect(formatTraceparent({ traceId, spanId, sampled: true })).toBe(header);
    expect(parseTraceparent(`00-${traceId}-${spanId}-00`)?.sampled).toBe(false);
  });

  it('is read from later versions, which may say more', () => {
    expect(parseTraceparent(`01-${traceId}-${spanId}-01-more`)).toMatchObject({ traceId });
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01\r\nx: y`,
    `01-${traceId}-${spanId}-01-${'x'.repeat(300)}`,
  ])('is not read from %p', (header) => {
    expect(parseTraceparent(header)).toBeNull();
  });

  it('of a child stays in the trace, under a span of its own', () => {
    const child = childOf({ traceId, spanId, sampled: false });
    expect(child).toMatchObject({ traceId, sampled: false });
    expect(child.spanId).not.toBe(spanId);
  });

  it('of a root is a new one each time', () => {
    const roots = Array.from({ length: 1000 }, () => formatTraceparent(childOf(null)));
    expect(new Set(roots).size).toBe(1000);
    for (const root of roots) expect(parseTraceparent(root)).not.toBeNull();
  });
});

describe('a tracestate', () => {
  const members = (count: number): string =>
    Array.from({ length: count }, (_, number) => `k${number}=v`).join(',');

  it.each([
    'rojo=00f067aa0ba902b7',
    'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
    ' rojo=1 ,\tcongo=2 ',
    'rojo=1,,congo=2',
    'fw529a3039@dt=FfAAAA+/ ~!',
    'k_-*/=a b',
    members(32),
    `k=${'v'.repeat(256)},l=${'v'.repeat(251)}`,
  ])('is read from %p', (header) => {
    expect(isTracestate(header)).toBe(true);
  });

  it.each([
    '',
    ' , ',
    'rojo',
    'rojo=',
    'Rojo=1',
    '=1',
    'rojo=1;congo=2,x',
    'rojo=1,rojo=2',
    'rojo=a=b',
    'rojo=é',
    'rojo=1\r\nx: y',
    members(33),
    `k=${'v'.repeat(257)}`,
    `k=${'v'.repeat(256)},l=${'v'.repeat(252)}`,
    'x'.repeat(513),
  ])('is not read from %p', (header) => {
    expect(isTracestate(header)).toBe(false);
  });
});
