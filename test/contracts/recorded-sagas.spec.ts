import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { compensated, goOn, rollBack } from '#libs/saga/definition/reactions.js';
import type { Step } from '#libs/saga/definition/definition.js';
import { untilAnswered } from '#libs/saga/definition/patience.js';
import type { AnySagaDefinition } from '#libs/saga/definition/saga-definitions.js';
import { recordSaga } from '#libs/saga/testing/record-saga.js';
import { recordingText } from '#libs/saga/testing/recording-text.js';
import type { Recording } from '#libs/saga/testing/recording.js';
import { expectAsRecorded } from '#libs/saga/testing/replay-recording.js';
import {
  placeOrderSaga,
  type PlaceOrderAct,
  type PlaceOrderData,
} from '../../apps/order-service/src/sagas/place-order.saga.js';
import { samples } from '../../apps/order-service/src/sagas/testing/place-order.samples.js';
import { orderSagas } from '../../apps/order-service/src/sagas/order-sagas.js';

const source = new URL('../../apps/order-service/src/sagas/recorded/', import.meta.url);

const recordings = readdirSync(source).map((file): [string, Recording] => [
  file,
  JSON.parse(readFileSync(new URL(file, source), 'utf8')) as Recording,
]);

describe('a saga that has been released', () => {
  it.each(recordings)('goes on as it began: %s', (_, recording) => {
    const { saga, version } = recording;
    const definition = orderSagas.all.find((known) => known.name === saga && known.version === version);
    expectAsRecorded(recording, definition);
  });

  it('has a recording for every version', () => {
    expect(recordings.map(([, { saga, version }]) => `${saga} ${version}`).sort()).toEqual(
      orderSagas.all.map(({ name, version }) => `${name} ${version}`).sort(),
    );
  });

  it.each(recordings)('has been recorded in every way to wait and to end: %s', (_, { instances }) => {
    const statuses = new Set(instances.map(({ status }) => status));
    expect(statuses).toContain('needs-attention');
    expect(statuses).toContain('completed');
    expect(JSON.stringify(instances)).not.toContain('"fails"');
  });

  it.each(recordings)('has a recording that a person can read: %s', (file, recording) => {
    const text = readFileSync(new URL(file, source), 'utf8');
    expect(text).toBe(recordingText(recording));
    expect(text.length).toBeLessThan(100_000);
  });
});

describe('an edit of a released saga', () => {
  type Edited = Step<PlaceOrderData, PlaceOrderAct>;
  type Definition = AnySagaDefinition<PlaceOrderAct>;
  const recording = recordSaga(placeOrderSaga, samples);

  const edited = (name: string, edit: (step: Edited) => Partial<Edited>): Definition => ({
    ...placeOrderSaga,
    steps: placeOrderSaga.steps.map((step) => (step.name === name ? { ...step, ...edit(step) } : step)),
  });
  const reaction = (step: string, answer: string, now: Edited['on'][string]): Definition =>
    edited(step, ({ on }) => ({ on: { ...on, [answer]: now } }));
  const [reserve, ...others] = placeOrderSaga.steps as readonly [Edited, ...Edited[]];

  it.each<[string, Definition, RegExp]>([
    [
      'renames a step',
      edited('take-payment', () => ({ name: 'charge' })),
      /card > stock-reserved to reserve-stock: /,
    ],
    [
      'adds a step',
      { ...placeOrderSaga, steps: [reserve, { ...reserve, name: 'again' }, ...others] },
      /"again"|reserve-stock/,
    ],
    ['drops a step', { ...placeOrderSaga, steps: others }, /card: begin: .*take-payment/],
    [
      'changes a payload',
      edited('commit-stock', () => ({ with: () => ({ reservationId: 'another' }) })),
      /"another"/,
    ],
    [
      'changes what is remembered',
      reaction('take-payment', 'PaymentTaken', goOn({ remember: (data) => ({ ...data, note: 'new' }) })),
      /"note":"new"/,
    ],
    [
      'changes a reaction',
      reaction('reserve-stock', 'StockShort', goOn()),
      /card: stock-short to reserve-stock: /,
    ],
    [
      'changes the reason to roll back',
      reaction('reserve-stock', 'StockShort', rollBack('sold-out')),
      /"reason":"out-of-stock".*"reason":"sold-out"/,
    ],
    [
      'takes an answer for nothing',
      reaction('take-payment', 'PaymentPending', compensated()),
      /payment-pending to take-payment/,
    ],
    [
      'drops a compensation',
      edited('reserve-stock', () => ({ compensate: undefined })),
      /recorded .*release-stock/,
    ],
    [
      'compensates with another command',
      edited('take-payment', ({ compensate }) => ({
        compensate: { ...compensate!, ask: { ...compensate!.ask, message: ReserveStock } },
      })),
      /recorded .*refund-payment.*now .*reserve-stock/,
    ],
    ['moves the pivot', edited('take-payment', () => ({ afterPivot: true })), /request to roll back/],
    [
      'keeps what it was to forget',
      edited('take-payment', () => ({ forget: undefined })),
      /recorded .*"token":null.*, now /,
    ],
    [
      'skips a step',
      edited('commit-stock', () => ({ when: () => false })),
      /recorded .*commit-stock.*"completed"/,
    ],
    [
      'gives up for another reason',
      edited('reserve-stock', () => ({ onSilence: rollBack('lost') })),
      /silence: recorded .*inventory-timeout.*now .*lost/,
    ],
    [
      'ends otherwise',
      {
        ...placeOrderSaga,
        ends: { ...placeOrderSaga.ends, completed: { recordedAs: 'confirmed', act: () => 'ship' as never } },
      },
      /"ship"/,
    ],
  ])('is found when it %s, and one is told what to do', (_, definition, where) => {
    expect(() => expectAsRecorded(recording, definition)).toThrow(where);
    expect(() => expectAsRecorded(recording, definition)).toThrow(
      /^place-order version 2 is released; running instances depend on it\.\n[^]*Make this edit in version 3, [^]*--unreleased$/,
    );
  });

  it('is found when it takes the version away', () => {
    expect(() => expectAsRecorded(recording, undefined)).toThrow(/version 2 was released, and is gone/);
  });

  it.each<[string, Definition]>([
    ['has more patience', edited('take-payment', () => ({ patience: { attempts: 5, deadlineSeconds: 90 } }))],
    [
      'calls people later',
      edited('commit-stock', () => ({ patience: { ...untilAnswered, alertAfterAttempts: 50 } })),
    ],
    [
      'says it in other words',
      reaction('reserve-stock', 'StockShort', rollBack('out-of-stock', { detail: () => 'We are sorry.' })),
    ],
    [
      'names the end otherwise in the timeline',
      {
        ...placeOrderSaga,
        ends: { ...placeOrderSaga.ends, completed: { ...placeOrderSaga.ends.completed, recordedAs: 'done' } },
      },
    ],
  ])('is allowed when it %s, and leaves the recording as it is', (_, definition) => {
    expect(() => expectAsRecorded(recording, definition)).not.toThrow();
    expect(recordSaga(definition, samples)).toEqual(recording);
  });
});
