import { describe, expect, it, jest } from '@jest/globals';
import { within } from './within.js';

const never = new Promise<string>(() => undefined);

describe('work that has a time', () => {
  it('gives what it comes to', async () => {
    expect(
      await within(
        60_000,
        () => 'done',
        () => 'late',
      ),
    ).toBe('done');
    await expect(
      within(
        60_000,
        () => Promise.reject(new Error('failed')),
        () => 'late',
      ),
    ).rejects.toThrow('failed');
  });

  it('is given up when that has passed', async () => {
    expect(
      await within(
        1,
        () => never,
        () => 'late',
      ),
    ).toBe('late');
    const givenUp = within(
      1,
      () => never,
      () => {
        throw new Error('given up');
      },
    );
    await expect(givenUp).rejects.toThrow('given up');
  });

  it('is not begun when there is no time', async () => {
    const work = jest.fn(() => 'done');
    for (const milliseconds of [0, -1]) expect(await within(milliseconds, work, () => 'late')).toBe('late');
    expect(work).not.toHaveBeenCalled();
  });

  it('may fail later, and nobody minds', async () => {
    let fail = (_error: Error): void => undefined;
    const work = new Promise<string>((_, reject) => (fail = reject));
    expect(
      await within(
        1,
        () => work,
        () => 'late',
      ),
    ).toBe('late');
    fail(new Error('too late to matter'));
    await new Promise(setImmediate);
  });
});
