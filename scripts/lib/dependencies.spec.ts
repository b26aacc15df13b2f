import { describe, expect, it } from '@jest/globals';
import { isInstalled } from './dependencies.mjs';

const locked = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/for-macs': { version: '1.0.0', integrity: 'sha512-m', optional: true },
};

describe('whether what is installed is what the lock file names', () => {
  it('is so when every package is there, save optional ones of other platforms', () => {
    expect(isInstalled(locked, { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } })).toBe(true);
  });

  it.each([
    ['nothing is installed', null],
    ['a package is missing', {}],
    ['a package has another version', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['a package has other contents', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }],
  ])('is not so when %s', (_when, installed) => {
    expect(isInstalled(locked, installed)).toBe(false);
  });
});
