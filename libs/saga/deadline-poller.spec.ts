import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Defect, Fault } from '#libs/kernel/errors.js';
import { DeadlinePoller } from './deadline-poller.js';
import type { DueSaga } from './saga-runner.js';

const due = (id: string): DueSaga => ({ id, subject: `order of ${id}`, revision: 3 });

const unusedRunner = {
  deadlinePassed: async () => 'taken' as const,
  postpone: async () => undefined,
};

function polling(sagas: readonly DueSaga[], outcomes: Record<string, Error> = {}) {
  const fired: string[] = [];
  const postponed: string[] = [];
  const runner = {
    deadlinePassed: async ({ id }: DueSaga) => {
      fired.push(id);
      const error = outcomes[id];
      if (error) throw error;
      return 'taken' as const;
    },
    postpone: async ({ id }: DueSaga) => void postponed.push(id),
  };
  return { poller: new DeadlinePoller(runner, async () => sagas), fired, postponed };
}

describe('the deadline poller', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(true));

  it('fires every deadline that is due', async () => {
    const { poller, fired } = polling([due('a'), due('b')]);
    await expect(poller.pollOnce()).resolves.toBe(2);
    expect(fired).toEqual(['a', 'b']);
  });

  it('puts off a saga that is broken, so that others get their turn', async () => {
    const { poller, fired, postponed } = polling([due('broken'), due('b')], { broken: new Defect('no') });
    await expect(poller.pollOnce()).resolves.toBe(2);
    expect(fired).toEqual(['broken', 'b']);
    expect(postponed).toEqual(['broken']);
  });

  it('leaves deadlines as they are while the database is away', async () => {
    const { poller, postponed } = polling([due('a')], { a: new Fault('away') });
    await expect(poller.pollOnce()).resolves.toBe(0);
    expect(postponed).toEqual([]);
  });

  it('survives that nothing can be looked up', async () => {
    const poller = new DeadlinePoller(unusedRunner, () => Promise.reject(new Fault('away')));
    await expect(poller.pollOnce()).resolves.toBe(0);
  });

  it('stops when the process does', async () => {
    const { poller } = polling([]);
    poller.onApplicationBootstrap();
    await poller.beforeApplicationShutdown();
  });
});
