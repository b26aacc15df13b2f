import { describe, expect, it } from '@jest/globals';
import { newId } from '#libs/kernel/ids.js';
import type { Call } from '#libs/saga/engine/instance.js';
import { SagaDefinitions } from '#libs/saga/definition';
import type { SagaRow } from '#libs/saga/runner';
import { placeOrderSaga } from '../../../sagas/place-order.saga.js';
import { PossibleActions } from './possible-actions.js';

const at = new Date('2026-01-01T00:00:00.000Z');

const call = (step: string, operation: Call['operation'] = 'action'): Call => ({
  step,
  operation,
  commandId: newId(),
  askedAt: at.toISOString(),
  attempt: 1,
  acknowledged: false,
  state: 'waiting',
  answer: null,
});

const total = { amount: '29.99', currency: 'USD' };

const saga = (over: Partial<SagaRow>): SagaRow => ({
  id: newId(),
  saga: 'place-order',
  version: placeOrderSaga.version,
  subject: newId(),
  revision: 3,
  status: 'running',
  step: 'x',
  reason: null,
  attention: null,
  calls: [],
  startedAt: at,
  finishedAt: null,
  deadlineAt: at,
  data: {
    orderId: newId(),
    payment: { method: 'card', token: null },
    paymentStatus: 'PENDING',
    lines: [],
    total,
  },
  ...over,
});

describe('what an operator can do about a saga', () => {
  const possible = new PossibleActions(new SagaDefinitions([placeOrderSaga]));

  it.each<[string, Partial<SagaRow>, string[]]>([
    ['before the pivot', { calls: [call('reserve-stock')] }, ['retry', 'compensate']],
    ['after the pivot', { calls: [call('commit-stock')] }, ['retry', 'resolve']],
    [
      'while it rolls back',
      { reason: { code: 'out-of-stock', detail: null }, calls: [call('take-payment', 'compensation')] },
      ['retry', 'resolve'],
    ],
    ['when it is over', { status: 'completed', step: null, finishedAt: at, deadlineAt: null }, []],
    ['of a release that this process does not know', { version: 99, calls: [call('reserve-stock')] }, []],
    ['that is at a step that is not there', { calls: [call('fly-to-the-moon')] }, []],
  ])('%s', (_, over, actions) => {
    expect(possible.of(saga(over), at)).toEqual(actions);
  });

  it('is not to do by hand what could not be carried on from', () => {
    const broken = saga({ data: {}, calls: [call('commit-stock')] });
    expect(possible.of(broken, at)).toEqual(['retry']);
  });
});
