import { describe, expect, it } from '@jest/globals';
import { assertNever, Defect, Fault, LoneFault, OutcomeUnknown, Refusal, TooManyRequests } from './errors.js';

describe('the three kinds of "no"', () => {
  it.each([
    [new Refusal('code', 'text'), 'Refusal', Error],
    [new Fault('text'), 'Fault', Error],
    [new LoneFault('text'), 'LoneFault', Fault],
    [new OutcomeUnknown('text'), 'OutcomeUnknown', Fault],
    [new TooManyRequests('text'), 'TooManyRequests', Fault],
    [new Defect('text'), 'Defect', Error],
  ])('%s says what it is, and is one of them', (error, name, kind) => {
    expect(error).toMatchObject({ name, message: 'text' });
    expect(error).toBeInstanceOf(kind);
  });

  it('say more where there is more to say', () => {
    expect(new Refusal('code', 'text')).toMatchObject({ code: 'code', particulars: {} });
    expect(new Refusal('code', 'text', { a: 1 }).particulars).toEqual({ a: 1 });
    const cause = new Error('cause');
    expect(new OutcomeUnknown('text').particulars).toEqual({});
    expect(new OutcomeUnknown('text', { cause }, { a: 1 })).toMatchObject({ cause, particulars: { a: 1 } });
  });
});

it('shows what nobody thought of', () => {
  expect(() => assertNever({ kind: 'new' } as never, 'outcome')).toThrow(
    new Defect('unexpected outcome: {"kind":"new"}'),
  );
});
