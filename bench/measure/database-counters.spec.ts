import { describe, expect, it } from '@jest/globals';
import { grownBy } from './database-counters.js';

describe("the database's counters", () => {
  it('are compared by name; what a server does not count is left out', () => {
    const grown = grownBy({ Questions: 10, Uptime: 5 }, { Questions: 35, Uptime: 9 }, [
      'Questions',
      'Com_nothing',
    ]);
    expect([...grown]).toEqual([['Questions', 25]]);
  });

  it('that are no numbers are left out', () => {
    expect(grownBy({ Ssl_cipher: NaN }, { Ssl_cipher: NaN }, ['Ssl_cipher']).size).toBe(0);
  });
});
