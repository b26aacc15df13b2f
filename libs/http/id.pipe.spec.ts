import { expect, it } from '@jest/globals';
import type { ArgumentMetadata } from '@nestjs/common';
import { idPipe } from './id.pipe.js';

class NoSuchThing extends Error {}

const pipe = (value: string): string =>
  idPipe(NoSuchThing).transform(value, {} as ArgumentMetadata) as string;

it('takes an id in either case for the same', () => {
  expect(pipe('0199A000-0000-7000-8000-00000000000A')).toBe('0199a000-0000-7000-8000-00000000000a');
});

it.each(['', '1', '0199a000-0000-7000-8000-00000000000', '0199a000-0000-7000-8000-00000000000g'])(
  'finds nothing under %p',
  (value) => {
    expect(() => pipe(value)).toThrow(new NoSuchThing(value));
  },
);

it('repeats no more of what it was given than an answer should carry', () => {
  expect(() => pipe('x'.repeat(500))).toThrow(new NoSuchThing('x'.repeat(64)));
});
