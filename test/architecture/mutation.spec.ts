import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readExplained } from '../../scripts/mutation/explained.mjs';
import { decides, folders } from '../mutation/folders.mjs';

const root = join(import.meta.dirname, '../..');
const explained = readExplained();

const inOneLine = (text: string): string => text.replace(/\s+/g, ' ');

/** The ends of what a mutant replaces, as far as they are told. */
const replacedBy = (text: string): readonly string[] => text.split(' → ')[0]!.split(' … ');

/** Whether mutants are noticed takes hours to find out; that the lists are about what is there is seen at once. */
describe('mutation testing', () => {
  it('is of folders that there are, proven by specs that there are', () => {
    const places = folders.flatMap(({ folder, provenBy = [], except = {} }) => [
      folder,
      ...provenBy,
      ...Object.keys(except).map((file) => `${folder}/${file}`),
    ]);
    expect(places.filter((place) => !existsSync(join(root, place)))).toEqual([]);
  });

  it('explains survivors of files that it changes, with sentences', () => {
    for (const { folder, file, because } of explained) {
      expect(folders.map((entry) => entry.folder)).toContain(folder);
      expect({ file, decides: decides(file) }).toEqual({ file, decides: true });
      expect(because).toMatch(/\.$/);
    }
  });

  it('explains mutants of code that stands there', () => {
    const gone = explained.filter(({ file, text }) => {
      const source = inOneLine(readFileSync(join(root, file), 'utf8'));
      return !replacedBy(text).every((part) => source.includes(part));
    });
    expect(gone).toEqual([]);
  });
});
