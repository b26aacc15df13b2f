import { describe, expect, it } from '@jest/globals';
import { handleAll, Poller } from './poller.js';
import type { Timers } from './timers.js';

const maxBatch = 2;

function polling(looks: readonly (number | Error)[]) {
  const [failures, pauses, asked]: [unknown[], number[], number[]] = [[], [], []];
  const left = [...looks];
  let rested: () => void = () => undefined;
  const rest = new Promise<void>((resolve) => {
    rested = resolve;
  });
  const timers: Pick<Timers, 'after'> = {
    after: (ms, run) => {
      pauses.push(ms);
      if (left.length === 0) rested();
      else setImmediate(run);
      return { cancel: () => undefined };
    },
  };
  const look = async (most: number): Promise<number> => {
    asked.push(most);
    const next = left.shift() ?? 0;
    if (next instanceof Error) throw next;
    return next;
  };
  const poller = new Poller({ look, maxBatch, intervalMs: 500, onFailing: (e) => failures.push(e) }, timers);
  return { poller, failures, pauses, asked, rest };
}

describe('a poller', () => {
  it('pauses when there was less than a batch, and goes on at once when there was all of one', async () => {
    const { poller, pauses, asked, rest } = polling([2, 2, 1]);
    poller.start();
    await rest;
    await poller.stop();
    expect({ asked, pauses }).toEqual({ asked: [2, 2, 2], pauses: [500] });
  });

  it('goes on after a failure, and tells of it once until it works again', async () => {
    const [first, second, third] = [new Error('1'), new Error('2'), new Error('3')];
    const { poller, failures, rest } = polling([first, second, 0, third]);
    poller.start();
    await rest;
    await poller.stop();
    expect(failures).toEqual([first, third]);
  });

  it('ends its pause when it is stopped, and looks no more', async () => {
    const { poller, asked, rest } = polling([0]);
    poller.start();
    await rest;
    await poller.stop();
    expect(asked).toHaveLength(1);
  });

  it('waits for the batch in hand when it is stopped', async () => {
    let finish: () => void = () => undefined;
    const inHand = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const looked = inHand.then(() => 0);
    const poller = new Poller({ look: () => looked, maxBatch, intervalMs: 1, onFailing: () => undefined });
    poller.start();
    let stopped = false;
    const stopping = poller.stop().then(() => (stopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    finish();
    await stopping;
  });
});

describe('handling all that is due', () => {
  it('tries the others when one fails, and fails then', async () => {
    const handled: string[] = [];
    const handle = async (one: string): Promise<void> => {
      handled.push(one);
      if (one === 'b') throw new Error('b is broken');
    };
    await expect(handleAll(['a', 'b', 'c'], handle)).rejects.toThrow('b is broken');
    expect(handled).toEqual(['a', 'b', 'c']);
    await expect(handleAll(['a', 'c'], handle)).resolves.toBe(2);
  });
});
