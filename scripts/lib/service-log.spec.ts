import { describe, expect, it } from '@jest/globals';
import { warningIn } from './service-log.mjs';

describe('what of a service log a person has to see', () => {
  it('is warnings and errors', () => {
    const line = JSON.stringify({
      level: 'warn',
      service: 'order-service',
      component: 'Relay',
      message: 'broker away',
    });
    expect(warningIn(line)).toBe('order-service [Relay] warn: broker away');
  });

  it('is what the process says when it cannot even log', () => {
    expect(warningIn('TypeError: x is not a function')).toBe('TypeError: x is not a function');
  });

  it.each([
    JSON.stringify({ level: 'info', message: 'no error here' }),
    '    at main.js:1:1',
    '{ broken',
    '',
  ])('is not %j', (line) => {
    expect(warningIn(line)).toBeNull();
  });
});
