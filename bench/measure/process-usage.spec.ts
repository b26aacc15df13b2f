import { describe, expect, it } from '@jest/globals';
import { parseUsage } from './process-usage.js';

const fields = (own: number, system: number, pages: number): string =>
  ['S', ...Array<string>(10).fill('0'), own, system, ...Array<string>(8).fill('0'), pages].join(' ');

describe('what /proc says of a process', () => {
  it('is read past a name with spaces and parentheses', () => {
    const usage = parseUsage(`42 (node (a) b) ${fields(150, 50, 3)}\n`, 'rchar: 1\nwrite_bytes: 8192\n');
    expect(usage).toEqual({ cpuSeconds: 2, rssBytes: 12_288, writtenBytes: 8192 });
  });
});
