import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { asPart, retiredWords } from '../../scripts/lib/retired-words.mjs';

const root = join(import.meta.dirname, '../..');
const retired = new RegExp(retiredWords.map(({ word }) => asPart(word)).join('|'));
const camelCase = (file: string): string =>
  file.replace(/[-./]+(\w)/g, (_, letter: string) => letter.toUpperCase());

it('no file is named by a retired word', () => {
  const named = ['apps', 'libs', 'migrations', 'test', 'tools', 'bench', 'scripts', 'kit'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  expect(named.length).toBeGreaterThan(1_000);
  expect(named.filter((file) => retired.test(camelCase(file)))).toEqual([]);
});

it.each(['libs/turn-away.spec.ts', 'test/weather/rain.ts', 'apps/x/happenings.ts'])('%s would be', (file) => {
  expect(camelCase(file)).toMatch(retired);
});
