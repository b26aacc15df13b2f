import { describe, expect, it } from '@jest/globals';
import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import { defineSaga } from './definition.js';
import { participantCommand } from './participant.js';
import { deadlineOf, expiryOf, untilAnswered } from './patience.js';
import { rollBack } from './reactions.js';

const at = new Date('2026-01-01T00:00:00.000Z');
const seconds = (deadline: Date) => (deadline.getTime() - at.getTime()) / 1000;

describe('patience', () => {
  it('doubles from attempt to attempt up to its cap', () => {
    const attempts = [1, 2, 3, 4, 5, 6, 5000];
    expect(attempts.map((attempt) => seconds(deadlineOf(untilAnswered, attempt, at, 0)))).toEqual([
      5, 10, 20, 40, 60, 60, 60,
    ]);
  });

  it('stays as it is where nothing is said about growing', () => {
    const patience = { deadlineSeconds: 30 };
    expect([1, 2, 3].map((attempt) => seconds(deadlineOf(patience, attempt, at, 0)))).toEqual([30, 30, 30]);
  });

  it('is lengthened by jitter, by a fifth at most, and never shortened', () => {
    const patience = { deadlineSeconds: 30 };
    expect(seconds(deadlineOf(patience, 1, at, 0.5))).toBe(33);
    expect(seconds(deadlineOf(patience, 1, at, 0.999_999))).toBeLessThanOrEqual(36);
  });
});

describe('the expiry of a command', () => {
  const patience = { deadlineSeconds: 30, attempts: 3 };

  it('is when its step is given up without jitter, less what clocks may differ by', () => {
    expect([1, 2, 3].map((attempt) => seconds(expiryOf(patience, attempt, at)))).toEqual([85, 55, 25]);
    expect(seconds(expiryOf({ ...patience, growingToSeconds: 60 }, 1, at))).toBe(145);
  });

  it('is within the deadline of an attempt that an operator adds', () => {
    expect(seconds(expiryOf(patience, 7, at))).toBe(25);
  });

  it('leaves no step that expires before it is asked', () => {
    const command = participantCommand({ message: ReserveStock, replies: {} });
    const step = {
      ask: command,
      with: () => ({ reservationId: '', lines: [] }),
      on: {},
      compensate: { ask: command, with: () => ({ reservationId: '', lines: [] }), on: {} },
      giveBack: () => undefined,
    };
    const define = (deadlineSeconds: number) =>
      defineSaga('hasty', { version: 1 }).step('reserve-stock', {
        ...step,
        patience: { deadlineSeconds, attempts: 1, onSilence: rollBack('silence') },
      });
    expect(() => define(5)).toThrow(
      new Defect('hasty: reserve-stock has 5 s, no more than clocks may differ'),
    );
    expect(() => define(6)).not.toThrow();
  });
});
