import { describe, expect, it } from '@jest/globals';
import { ReturnStock } from '#libs/contracts/inventory/inventory.messages.js';
import { decide, waitingCall } from '#libs/saga/engine';
import { walk, type WalkOptions } from '#libs/saga/testing/walk.js';
import { cancelOrderSaga, type CancelOrderAct, type CancelOrderData } from './cancel-order.saga.js';
import { samples } from './testing/cancel-order.samples.js';

/** Every state that the saga can get into. What is checked on the way is in libs/saga/testing/walk.ts, and here. */

const options: WalkOptions<CancelOrderData, CancelOrderAct> = {
  begunWith: Object.values(samples.begunWith),
  samples: ({ type }) => samples.answers[type] ?? [{}],
  check: ({ instance, effects }) => {
    expect(instance.reason).toBeNull();
    expect(instance.calls.map(({ operation }) => operation)).not.toContain('compensation');
    if (effects.ask?.message.type === ReturnStock.type && instance.data.payment) {
      const refund = instance.calls.find(({ step }) => step === 'refund-payment');
      expect(['done', 'by-hand']).toContain(refund?.state);
    }
    expect(effects.acts).toEqual(
      instance.finishedAt === null || effects.acts.length === 0
        ? []
        : [{ type: 'cancel', paymentStatus: instance.data.payment ? 'REFUNDED' : 'CANCELLED' }],
    );
  },
};

describe('every way that cancelling an order can go', () => {
  const { states, decisions, seen } = walk(cancelOrderSaga, options);

  it('keeps every promise in every state', () => {
    expect(states).toBeGreaterThan(40);
    expect(decisions).toBeGreaterThan(states * 5);
  });

  it('only ever goes forward', () => {
    expect([...seen]).toEqual(expect.arrayContaining(['running', 'needs-attention', 'completed']));
    expect([...seen]).toEqual(expect.arrayContaining(['past-the-pivot', 'duplicate', 'done-by-hand']));
    expect(seen.has('rolling-back') || seen.has('rolled-back')).toBe(false);
  });
});

describe('the walk', () => {
  it('fails when stock is returned before the money is', () => {
    const steps = cancelOrderSaga.steps.toReversed();
    expect(() => walk({ ...cancelOrderSaga, steps }, options)).toThrow(/done|by-hand/);
  });

  it('fails when silence is taken for an answer', () => {
    const impatient: typeof decide<CancelOrderData, CancelOrderAct> = (definition, before, input) => {
      const call = waitingCall(before);
      if (input.type !== 'deadline-passed' || !call || before.revision !== input.revision) {
        return decide(definition, before, input);
      }
      return decide(definition, before, { ...input, type: 'resolve-requested', note: 'nobody answers' });
    };
    expect(() => walk(cancelOrderSaga, { ...options, decide: impatient })).toThrow(/a step begins when/);
  });
});
