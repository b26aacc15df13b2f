import { describe, expect, it } from '@jest/globals';
import { annotate, currentContext, newContext, runInContext } from './request-context.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('the request context', () => {
  it('goes with the work, and not beyond it', async () => {
    await runInContext({ requestId: 'r-1' }, async () => {
      await Promise.resolve();
      expect(currentContext()?.requestId).toBe('r-1');
    });
    expect(currentContext()).toBeUndefined();
  });

  it('stays in the trace that it came with', () => {
    expect(newContext({ traceparent, tracestate: 'a=1' })).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      tracestate: 'a=1',
    });
    expect(newContext({ traceparent }).traceparent).not.toBe(traceparent);
  });

  it('hands on no trace state without a trace', () => {
    expect(newContext({ traceparent: 'bad', tracestate: 'a=1' }).tracestate).toBeUndefined();
  });

  it('learns what the work is about', () => {
    runInContext({}, () => {
      annotate({ orderId: 'o-1' });
      expect(currentContext()?.orderId).toBe('o-1');
    });
    expect(() => annotate({ orderId: 'o-1' })).not.toThrow();
  });
});
