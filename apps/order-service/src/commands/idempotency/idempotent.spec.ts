import { describe, expect, it } from '@jest/globals';
import { Refusal } from '#libs/kernel/errors.js';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work';
import { idempotencyKeys } from '../../persistence/idempotency-key.row.js';
import { idempotent, type IdempotentRequest } from './idempotent.js';

const request = (over: Partial<IdempotentRequest> = {}): IdempotentRequest => ({
  caller: 'cust-1',
  operation: 'POST /api/orders',
  key: 'key-1',
  content: { a: 1, b: 2 },
  ...over,
});

/** Answers with how often it has run. */
const counting = () => {
  let runs = 0;
  const unit: UnitOfWork<number> = { name: 'count', load: [], decide: () => ++runs };
  return unit;
};

describe('an idempotent unit', () => {
  it('runs once, and answers the same again', async () => {
    const [units, unit] = [new InMemoryRunner(), counting()];
    await expect(units.run(idempotent(request(), unit))).resolves.toEqual({ response: 1, replayed: false });
    await expect(units.run(idempotent(request(), unit))).resolves.toEqual({ response: 1, replayed: true });
  });

  it('runs once for a hundred at once', async () => {
    const [units, unit] = [new InMemoryRunner(), counting()];
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => units.run(idempotent(request(), unit))),
    );
    expect(new Set(answers.map(({ response }) => response))).toEqual(new Set([1]));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });

  it('takes bodies for the same whose members are in another order', async () => {
    const [units, unit] = [new InMemoryRunner(), counting()];
    await units.run(idempotent(request(), unit));
    const answer = await units.run(idempotent(request({ content: { b: 2, a: 1 } }), unit));
    expect(answer.replayed).toBe(true);
  });

  it('refuses the key for another body', async () => {
    const [units, unit] = [new InMemoryRunner(), counting()];
    await units.run(idempotent(request(), unit));
    await expect(units.run(idempotent(request({ content: { a: 2 } }), unit))).rejects.toMatchObject({
      code: 'idempotency-key-reused',
      message: 'this Idempotency-Key was used before with another body',
    });
  });

  it.each([{ caller: 'cust-2' }, { operation: 'POST /api/carts' }, { key: 'key-2' }])(
    'keeps %p apart',
    async (other) => {
      const [units, unit] = [new InMemoryRunner(), counting()];
      await units.run(idempotent(request(), unit));
      await expect(units.run(idempotent(request(other), unit))).resolves.toEqual({
        response: 2,
        replayed: false,
      });
    },
  );

  it('stores nothing when the unit refuses, so that the caller may come again', async () => {
    const [units, unit] = [new InMemoryRunner(), counting()];
    const refusing: UnitOfWork<number> = {
      ...unit,
      decide: () => {
        throw new Refusal('no', 'not now');
      },
    };
    await expect(units.run(idempotent(request(), refusing))).rejects.toMatchObject({ code: 'no' });
    await expect(units.run(idempotent(request(), unit))).resolves.toEqual({ response: 1, replayed: false });
  });

  it('knows the requests that earlier releases have stored', async () => {
    const [units, unit] = [new InMemoryRunner(), counting()];
    await units.seed(idempotencyKeys, {
      scope: 'amxaJAhcUrEwo-TU_1b5cIiimglLCxhUWRnS5-8pzvs',
      requestHash: 'QyWM_3g_5wNtikMDP4MK38YOwDc4JHNUisdCuIgpJ3c',
      response: '7',
      createdAt: new Date(),
    });
    await expect(units.run(idempotent(request(), unit))).resolves.toEqual({ response: 7, replayed: true });
  });

  it('runs every time without a key', async () => {
    const [units, unit] = [new InMemoryRunner(), counting()];
    await units.run(idempotent(null, unit));
    await expect(units.run(idempotent(null, unit))).resolves.toEqual({ response: 2, replayed: false });
  });
});
