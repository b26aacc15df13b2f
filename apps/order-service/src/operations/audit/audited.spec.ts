import { beforeEach, describe, expect, it } from '@jest/globals';
import { callerOf } from '#libs/kernel/caller.js';
import { runInContext } from '#libs/observability';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work';
import { idempotent } from '../../commands/idempotency/idempotent.js';
import { audited } from './audited.js';
import type { OperatorAction } from './operator-action.js';
import { operatorActions } from './operator-action.row.js';

const action = (reason = 'the provider is back'): OperatorAction => ({
  caller: callerOf('op-1', ['operator']),
  action: 'saga.retry',
  target: 'saga:1',
  reason,
});

const answering = <Result>(result: Result): UnitOfWork<Result> => ({
  name: 'act',
  load: [],
  decide: () => result,
});

describe('an audited unit', () => {
  const now = new Date('2026-01-01T12:00:00.000Z');
  let units: InMemoryRunner;

  beforeEach(() => {
    units = new InMemoryRunner({ clock: { now: () => now } });
  });

  it('answers as before, and writes down who did what to what, when, why, and what came of it', async () => {
    const unit = audited(action(), answering(3), (asked) => `asked ${asked} times`);
    await expect(units.run(unit)).resolves.toBe(3);
    expect(units.rows(operatorActions)).toEqual([
      {
        id: expect.any(String),
        at: now,
        actor: 'op-1',
        action: 'saga.retry',
        target: 'saga:1',
        reason: 'the provider is back',
        outcome: 'asked 3 times',
        changes: null,
        traceId: null,
      },
    ]);
  });

  it('leaves no row when it throws: nothing was done', async () => {
    const unit: UnitOfWork<void> = {
      ...answering(undefined),
      decide: () => {
        throw new Error('no');
      },
    };
    await expect(units.run(audited(action(), unit, () => 'done'))).rejects.toThrow('no');
    expect(units.rows(operatorActions)).toEqual([]);
  });

  it('is one action when it is sent twice with one key', async () => {
    const request = { caller: 'op-1', operation: 'POST /x', key: 'key-1', content: {} };
    const send = () =>
      units.run(
        idempotent(
          request,
          audited(action(), answering('done'), (it) => it),
        ),
      );
    await expect(Promise.all([send(), send()])).resolves.toEqual([
      { response: 'done', replayed: false },
      { response: 'done', replayed: true },
    ]);
    expect(units.rows(operatorActions)).toHaveLength(1);
  });

  it('keeps no token and no card number that somebody pasted', async () => {
    const pasted = action(
      'customer sent tok_secret, 4111 1111 1111 1111 and Bearer eyJhbGciOi.eyJzdWIi.c2ln',
    );
    await units.run(audited(pasted, answering('tok_other'), (it) => it));
    const kept = JSON.stringify(units.rows(operatorActions));
    for (const secret of ['tok_secret', 'tok_other', '4111', 'eyJ']) expect(kept).not.toContain(secret);
  });

  it('keeps as much of a long text as there is room for', async () => {
    await units.run(audited(action('tok_a '.repeat(83)), answering('x'.repeat(999)), (it) => it));
    const [row] = units.rows(operatorActions);
    expect([row?.reason.length, row?.outcome.length]).toEqual([500, 255]);
  });

  it('names the trace of the request', async () => {
    await runInContext({}, () => units.run(audited(action(), answering(1), () => 'done')));
    expect(units.rows(operatorActions)[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});
