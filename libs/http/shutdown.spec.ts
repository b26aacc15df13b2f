import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { closeOnSignals } from './shutdown.js';

const logger = { log: () => undefined, warn: () => undefined, error: () => undefined };

describe('a signal', () => {
  let codes: number[];
  let finish: (error?: Error) => void;
  let closes: number;

  beforeEach(() => {
    jest.useFakeTimers();
    codes = [];
    closes = 0;
    const close = () => {
      closes++;
      return new Promise<void>(
        (resolve, reject) => (finish = (error) => (error ? reject(error) : resolve())),
      );
    };
    const app = { close } as unknown as INestApplication;
    closeOnSignals(app, { seconds: 25, logger, exit: (code) => codes.push(code) });
  });

  afterEach(() => {
    jest.useRealTimers();
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
  });

  it('lets everything in hand finish', async () => {
    process.emit('SIGTERM', 'SIGTERM');
    jest.advanceTimersByTime(24_999);
    expect(codes).toEqual([]);
    finish();
    await Promise.resolve();
    jest.advanceTimersByTime(60_000);
    expect({ codes, closes }).toEqual({ codes: [0], closes: 1 });
  });

  it('does not wait for ever', () => {
    process.emit('SIGTERM', 'SIGTERM');
    jest.advanceTimersByTime(25_000);
    expect(codes).toEqual([1]);
  });

  it('that comes twice means now', () => {
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGINT', 'SIGINT');
    expect({ codes, closes }).toEqual({ codes: [1], closes: 1 });
  });

  it('ends a process that cannot close', async () => {
    process.emit('SIGTERM', 'SIGTERM');
    finish(new Error('stuck'));
    await Promise.resolve();
    await Promise.resolve();
    expect(codes).toEqual([1]);
  });
});
