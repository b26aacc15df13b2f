import { expect, it } from '@jest/globals';
import { adaptiveBatchSize, restMs } from './adaptive-batch-size.js';

it('makes batches smaller while they are slow, and larger again when they are not', () => {
  expect(adaptiveBatchSize(500, 300, 500)).toBe(250);
  expect(adaptiveBatchSize(250, 100, 500)).toBe(250);
  expect(adaptiveBatchSize(250, 10, 500)).toBe(500);
  expect(adaptiveBatchSize(500, 10, 500)).toBe(500);
});

it('never makes them so small that nothing gets done, nor larger than a table allows', () => {
  expect(adaptiveBatchSize(20, 5_000, 500)).toBe(20);
  expect(adaptiveBatchSize(5, 5_000, 5)).toBe(5);
});

it('rests as long as a batch took, longer after a slow one, and never for no time or for ever', () => {
  expect([restMs(100), restMs(300), restMs(0.1), restMs(60_000)]).toEqual([100, 900, 10, 2_000]);
});
