import { describe, expect, it } from '@jest/globals';
import { CommitStock, ReleaseStock, ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import { defineSaga } from './definition.js';
import { participantCommand } from './participant.js';
import { untilAnswered } from './patience.js';
import { compensated, goOn, keepWaiting, rollBack } from './reactions.js';
import { reasonOf } from './reason.js';

const [reserve, release, commit] = [ReserveStock, ReleaseStock, CommitStock].map((message) =>
  participantCommand({ message, replies: {} }),
);
const payload = () => ({ reservationId: '', lines: [] });
const onSilence = rollBack('silence');
const before = {
  ask: reserve!,
  with: payload,
  on: {},
  patience: { deadlineSeconds: 30, attempts: 2, onSilence },
  compensate: { ask: release!, with: payload, on: {} },
  giveBack: () => 'give back',
};
const after = { ask: commit!, with: payload, on: {}, patience: untilAnswered };
const completed = { recordedAs: 'done', act: () => 'done' };
const rolledBack = { recordedAs: 'undone', act: () => 'undone' };

describe('the definition of a saga', () => {
  it('has its steps in their order, and what each was given', () => {
    const { compensate, patience: _, ...step } = before;
    const patience = { deadlineSeconds: 5, alertAfterAttempts: 3 };
    const definition = defineSaga('sell', { version: 4 })
      .step('reserve', before)
      .step('reserve-more', { ...before, compensate: { ...compensate, patience } })
      .pivot()
      .step('commit', after)
      .end({ completed, rolledBack });
    const stepBefore = {
      ...step,
      patience: { deadlineSeconds: 30, attempts: 2 },
      onSilence,
      afterPivot: false,
    };
    expect(definition).toEqual({
      name: 'sell',
      version: 4,
      steps: [
        { ...stepBefore, name: 'reserve', compensate: { ...compensate, patience: untilAnswered } },
        { ...stepBefore, name: 'reserve-more', compensate: { ...compensate, patience } },
        { ...after, name: 'commit', afterPivot: true },
      ],
      ends: { completed, rolledBack },
    });
  });

  it('has one end where its pivot comes first', () => {
    const definition = defineSaga('sell', { version: 1 }).pivot().step('commit', after).end({ completed });
    expect(definition).toEqual({
      name: 'sell',
      version: 1,
      steps: [{ ...after, name: 'commit', afterPivot: true }],
      ends: { completed },
    });
  });

  it('has no two steps of one name', () => {
    const begun = defineSaga('sell', { version: 1 }).step('reserve', before);
    const two = new Defect('sell has two steps called reserve');
    expect(() => begun.step('reserve', before)).toThrow(two);
    expect(() => begun.pivot().step('reserve', after)).toThrow(two);
    expect(() => begun.step('another', before)).not.toThrow();
  });
});

describe('a reaction', () => {
  const remember = () => 'data';

  it('is of a kind, and does what it is given', () => {
    expect(goOn()).toEqual({ kind: 'go-on' });
    expect(goOn({ remember })).toEqual({ kind: 'go-on', remember });
    expect(rollBack('why', { remember })).toEqual({ kind: 'roll-back', code: 'why', remember });
    expect(keepWaiting({ deadlineSeconds: 5 })).toEqual({
      kind: 'keep-waiting',
      patience: { deadlineSeconds: 5 },
    });
    expect(compensated()).toEqual({ kind: 'compensated' });
    expect(compensated({ remember })).toEqual({ kind: 'compensated', remember });
  });

  it('gives the reason for rolling back, as it is or as the answer has it', () => {
    expect(reasonOf({ code: 'why' }, 'data', 'reply')).toEqual({ code: 'why', detail: null });
    const said = (reply: string, data: string) => `${reply} of ${data}`;
    expect(reasonOf({ code: said, detail: said }, 'data', 'reply')).toEqual({
      code: 'reply of data',
      detail: 'reply of data',
    });
  });
});
