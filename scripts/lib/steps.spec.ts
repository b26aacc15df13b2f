import { beforeEach, describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { Steps } from './steps.mjs';

let written: string;
const stepsOf = (options = {}): Steps =>
  new Steps({
    stream: new Writable({
      write: (chunk, _encoding, done) => {
        written += String(chunk);
        done();
      },
    }) as NodeJS.WriteStream,
    ...options,
  });
beforeEach(() => {
  written = '';
});

describe('steps that run side by side', () => {
  it('are a line each, written once, in the order of their ends', async () => {
    const steps = stepsOf();
    let endFirst = (): void => undefined;
    const first = steps.step('first', () => new Promise<void>((resolve) => (endFirst = resolve)));
    await steps.step('second', (say) => say('3 passed'));
    endFirst();
    await first;
    const lines = written.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^✔ second +3 passed +\d\.\d s$/),
      expect.stringMatching(/^✔ first +\d\.\d s$/),
    ]);
  });
});

describe('a step', () => {
  it('that came to no good end says so, with what it has to say', async () => {
    await stepsOf().step('faults', (say) => say('2 failed', false));
    expect(written).toMatch(/^✘ faults +2 failed +\d\.\d s\n$/);
  });

  it('that throws has failed, and passes on what it threw', async () => {
    const failing = stepsOf({ quiet: true }).step('Build', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(written).toMatch(/^✘ Build +failed/);
  });
});

it('prints text as it is', () => {
  stepsOf().print('FAIL e2e\n  ● a test\n\n');
  expect(written).toBe('FAIL e2e\n  ● a test\n');
});
