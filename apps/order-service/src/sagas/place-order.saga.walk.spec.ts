import { describe, expect, it } from '@jest/globals';
import type { MessageType } from '#libs/contracts/message-type.js';
import { PaymentCancelled, TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { ReservationCancelled } from '#libs/contracts/inventory/inventory.messages.js';
import { decide, ignoredReasons, type SagaInstance, sagaStatuses, waitingCall } from '#libs/saga/engine';
import { contradictions } from '#libs/saga/engine/contradictions.js';
import { walk, type WalkOptions } from '#libs/saga/testing/walk.js';
import { placeOrderSaga, type PlaceOrderAct, type PlaceOrderData } from './place-order.saga.js';
import { samples, token } from './testing/place-order.samples.js';

/**
 * Every state that the saga can get into, with success, refusal, silence, duplicate, late and unknown answers in each.
 * The promises that are checked on the way are in libs/saga/testing/walk.ts and walk-journal.ts.
 */

const options: WalkOptions<PlaceOrderData, PlaceOrderAct> = {
  begunWith: Object.values(samples.begunWith),
  samples: ({ type }: MessageType) => samples.answers[type] ?? [{}],
  parks: /finds nothing of what take-payment was said to have done/,
  check: ({ instance, effects }) => {
    const acts = effects.acts.map(({ type }) => type).filter((type) => type !== 'give-back');
    expect(acts).toEqual(
      instance.finishedAt === null || acts.length === 0
        ? []
        : [instance.status === 'completed' ? 'confirm' : 'reject'],
    );
    if (effects.ask?.message.type === TakePayment.type) {
      // Asked again without it, another card would be charged: the one that the provider keeps.
      expect(effects.ask.data).toMatchObject({ token });
    }
    if (JSON.stringify([instance, effects.timeline]).includes(token)) {
      expect(JSON.stringify(effects.timeline)).not.toContain(token);
      expect(['reserve-stock', 'take-payment']).toContain(waitingCall(instance)?.step);
      expect(instance.reason).toBeNull();
    }
  },
};

describe('every way that placing an order can go', () => {
  const { states, decisions, seen } = walk(placeOrderSaga, options);

  it('keeps every promise in every state', () => {
    expect(states).toBeGreaterThan(100);
    expect(decisions).toBeGreaterThan(states * 10);
  });

  it('comes across every status, every reason to roll back and every reason to ignore', () => {
    expect([...seen]).toEqual(
      expect.arrayContaining([
        ...sagaStatuses,
        ...ignoredReasons,
        ...contradictions,
        'out-of-stock',
        'reservation-cancelled',
        'inventory-timeout',
        'payment-declined',
        'payment-cancelled',
        'payment-timeout',
      ]),
    );
  });
});

/** The engine with one fault in it each: a walk that passes them would prove nothing. */
type Decide = typeof decide<PlaceOrderData, PlaceOrderAct>;
type Instance = SagaInstance<PlaceOrderData>;

const refusals: Record<string, MessageType> = {
  'reserve-stock': ReservationCancelled,
  'take-payment': PaymentCancelled,
};

const silenceIsARefusal: Decide = (definition, before, input) => {
  const right = decide(definition, before, input);
  const call = waitingCall(before);
  const refusal = refusals[call?.step ?? ''];
  if (input.type !== 'deadline-passed' || !call || !refusal || before.reason || !right.instance.reason)
    return right;
  const reply = { messageType: refusal.type, messageId: 'message', commandId: call.commandId, data: {} };
  return decide(definition, before, { ...input, type: 'reply', ...reply });
};

const commandIdsAreNotLookedAt: Decide = (definition, before, input) => {
  const call = waitingCall(before);
  if (input.type !== 'reply' || !call) return decide(definition, before, input);
  return decide(definition, before, { ...input, commandId: call.commandId });
};

const timersHaveNoRevision: Decide = (definition, before, input) =>
  decide(
    definition,
    before,
    input.type === 'deadline-passed' ? { ...input, revision: before.revision } : input,
  );

const duplicatesCount: Decide = (definition, before, input) => {
  const right = decide(definition, before, input);
  if (right.ignored !== 'duplicate' || input.type !== 'reply') return right;
  const asked = before.calls.findIndex(({ commandId }) => commandId === input.commandId);
  const calls = before.calls
    .slice(0, asked + 1)
    .map((call, index): Instance['calls'][number] =>
      index === asked ? { ...call, state: 'waiting', acknowledged: false } : call,
    );
  return decide(definition, { ...before, calls }, input);
};

const lateAnswersLeaveNoTrace: Decide = (definition, before, input) => {
  const right = decide(definition, before, input);
  return right.ignored === 'late' ? { ...right, effects: { ...right.effects, timeline: [] } } : right;
};

const nobodyIsAlerted: Decide = (definition, before, input) => {
  const right = decide(definition, before, input);
  if (right.instance.status !== 'needs-attention') return right;
  return { ...right, instance: { ...right.instance, status: 'rolling-back' } };
};

const undoingStopsAfterOne: Decide = (definition, before, input) => {
  const right = decide(definition, before, input);
  const undone = right.instance.calls.filter(({ operation }) => operation === 'compensation');
  if (undone.length < 2 || before.calls.length === right.instance.calls.length) return right;
  const oldest = right.instance.calls.map((call) => call.step).indexOf('reserve-stock');
  const calls = before.calls.map((call, index) =>
    index === oldest ? { ...call, state: 'refused' as const } : call,
  );
  return decide(definition, { ...before, calls }, input);
};

const compensationsExpire: Decide = (definition, before, input) => {
  const right = decide(definition, before, input);
  const { ask } = right.effects;
  return ask === null
    ? right
    : { ...right, effects: { ...right.effects, ask: { ...ask, expiresAt: input.at } } };
};

describe('the walk', () => {
  it.each([
    ['silence is taken for a refusal', silenceIsARefusal, /undone/],
    ['a reply counts without a look at its command id', commandIdsAreNotLookedAt, /a reply counts only/],
    ['a timer has no revision', timersHaveNoRevision, /outdated/],
    ['a duplicate counts', duplicatesCount, /a reply counts only while/],
    ['a late answer leaves no trace', lateAnswersLeaveNoTrace, /nothing happens unseen|recorded by name/],
    ['nobody is alerted', nobodyIsAlerted, /still rolling-back after/],
    ['undoing stops after one step', undoingStopsAfterOne, /is undone/],
    ['what has to happen expires', compensationsExpire, /and nothing else does/],
  ])('fails when %s', (_, faulty, message) => {
    expect(() => walk(placeOrderSaga, { ...options, decide: faulty })).toThrow(message);
  });
});
