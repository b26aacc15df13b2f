import { describe, expect, it } from '@jest/globals';
import { parseCommand } from './options.js';

describe("the benchmark's arguments", () => {
  it('are a minute of load and all sections when nothing is said', () => {
    const { options, sections } = parseCommand([]);
    expect(sections).toEqual([]);
    expect(options).toMatchObject({ seconds: 60, clients: 64, runs: 1, quick: false, minutes: 0 });
  });

  it('name sections, and make a quick run short', () => {
    const { options, sections } = parseCommand(['saga', 'floor', '--quick', '--clients', '8']);
    expect(sections).toEqual(['saga', 'floor']);
    expect(options).toMatchObject({ seconds: 2, clients: 8, quick: true });
  });

  it.each([[['--seconds', '0']], [['--clients', 'many']], [['--minutes', '100000']], [['--unheard-of']]])(
    'are refused when they are %j',
    (args) => {
      expect(() => parseCommand(args)).toThrow();
    },
  );
});
