import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionLost } from '#libs/persistence/database/errors.js';
import { OrderNumbers } from './order-numbers.js';

let now: Date;
let handedOut: Map<number, number>;
let fails: boolean;
let asked: number;

const numbers = (): OrderNumbers =>
  new OrderNumbers(
    {
      take: async (year, size) => {
        asked += 1;
        if (fails) throw new ConnectionLost('away');
        const last = (handedOut.get(year) ?? 0) + size;
        handedOut.set(year, last);
        return last;
      },
    },
    { now: () => now },
  );
const take = async (from: OrderNumbers, count: number): Promise<string[]> => {
  const taken: string[] = [];
  for (let number = 0; number < count; number += 1) taken.push(await from.next());
  return taken;
};

beforeEach(() => {
  now = new Date('2026-12-31T23:59:59Z');
  handedOut = new Map();
  fails = false;
  asked = 0;
});

describe('order numbers', () => {
  it('are the year and a number that two processes never give twice', async () => {
    const [one, other] = [numbers(), numbers()];
    const taken = [...(await take(one, 250)), ...(await take(other, 250)), ...(await take(one, 250))];
    expect(new Set(taken).size).toBe(750);
    expect(taken[0]).toBe('2026-000001');
  });

  it('begin anew with the year', async () => {
    const one = numbers();
    await take(one, 130);
    now = new Date('2027-01-01T00:00:00Z');
    expect(await one.next()).toBe('2027-000001');
  });

  it('are asked for once by all who find none', async () => {
    const one = numbers();
    const taken = await Promise.all(Array.from({ length: 40 }, () => one.next()));
    expect(new Set(taken).size).toBe(40);
    expect(asked).toBe(1);
  });

  it('go on while the database is away, as long as there are some', async () => {
    const one = numbers();
    await one.next();
    fails = true;
    expect(await take(one, 99)).toHaveLength(99);
    await expect(one.next()).rejects.toThrow(ConnectionLost);
    fails = false;
    expect(await one.next()).toBe('2026-000101');
  });
});
