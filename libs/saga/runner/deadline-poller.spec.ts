import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Defect, Fault, LoneFault } from '#libs/kernel/errors.js';
import { DeadlinePoller } from './deadline-poller.js';
import type { DueSaga } from './saga-runner.js';

const due = (id: string): DueSaga => ({ id, subject: `order of ${id}`, revision: 3 });

const unusedRunner = {
  deadlinePassed: async () => 'taken' as const,
  setAside: async () => undefined,
};

function polling(sagas: readonly DueSaga[], outcomes: Record<string, Error> = {}) {
  const fired: string[] = [];
  const setAside: [string, string][] = [];
  const runner = {
    deadlinePassed: async ({ id }: DueSaga) => {
      fired.push(id);
      const error = outcomes[id];
      if (error) throw error;
      return 'taken' as const;
    },
    setAside: async ({ id }: DueSaga, defect: string) => void setAside.push([id, defect]),
  };
  return { poller: new DeadlinePoller(runner, async () => sagas), fired, setAside };
}

describe('the deadline poller', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(true));

  it('fires every deadline that is due', async () => {
    const { poller, fired } = polling([due('a'), due('b')]);
    await expect(poller.pollOnce()).resolves.toBe(2);
    expect(fired).toEqual(['a', 'b']);
  });

  it.each([
    ['a defect', new Defect('the order is paid')],
    ['a mistake in a definition', new TypeError('the order is paid')],
  ])('sets a saga aside that meets %s, saying why, so that others get their turn', async (_, error) => {
    const { poller, fired, setAside } = polling([due('broken'), due('b')], { broken: error });
    await expect(poller.pollOnce()).resolves.toBe(2);
    expect(fired).toEqual(['broken', 'b']);
    expect(setAside).toEqual([['broken', 'the order is paid']]);
  });

  it('keeps what looks like a secret out of what it says', async () => {
    const { poller, setAside } = polling([due('broken')], { broken: new Error('no tok_planted here') });
    await poller.pollOnce();
    expect(setAside).toEqual([['broken', 'no [payment token] here']]);
  });

  it.each([
    ['the database is away', new Fault('away')],
    ['a process of another release has to do it', new LoneFault('not here')],
    ['the connection is lost', Object.assign(new Error('gone'), { code: 'ECONNRESET' })],
  ])('leaves deadlines as they are while %s', async (_, error) => {
    const { poller, setAside } = polling([due('a')], { a: error });
    await expect(poller.pollOnce()).resolves.toBe(0);
    expect(setAside).toEqual([]);
  });

  it('survives when nothing can be looked up', async () => {
    const poller = new DeadlinePoller(unusedRunner, () => Promise.reject(new Fault('away')));
    await expect(poller.pollOnce()).resolves.toBe(0);
  });

  it('looks again and again until the process stops, and never after that', async () => {
    jest.useFakeTimers();
    try {
      let looks = 0;
      const poller = new DeadlinePoller(unusedRunner, async () => {
        looks += 1;
        return [];
      });
      poller.onApplicationBootstrap();
      await jest.advanceTimersByTimeAsync(1_000);
      expect(looks).toBe(3);
      await poller.beforeApplicationShutdown();
      await jest.advanceTimersByTimeAsync(60_000);
      expect(looks).toBe(3);
    } finally {
      jest.useRealTimers();
    }
  });
});
