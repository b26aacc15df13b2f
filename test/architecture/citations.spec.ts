import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { citationsIn } from './citations.js';

const root = join(import.meta.dirname, '../..');
const places = [
  ...['apps', 'libs', 'scripts', 'test', 'tools', 'bench', 'migrations', 'deploy', 'kit', 'docs'],
  ...['.github', '.ci'],
];
const readable = /\.(ts|mjs|js|md|yml|yaml|sql|conf)$|^Dockerfile$|(^|\/)run$/;

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));

const here = readdirSync(root, { withFileTypes: true });
const files = here.flatMap((entry) => {
  if (entry.isFile()) return [entry.name];
  return places.includes(entry.name) ? filesBelow(entry.name) : [];
});

/** What the file leans on and is not in the repository. */
const missingFrom = (file: string, text: string): string[] =>
  citationsIn(file, text)
    .filter(({ mayBe }) => !files.some((path) => mayBe.some((pattern) => pattern.test(path))))
    .map(({ cited }) => cited);

describe('What a text leans on', () => {
  /** The made-up citations of this file and of the fixtures are wrong on purpose. */
  const sources = files.filter(
    (file) => readable.test(file) && !/^test\/architecture\/(citations\.spec|lint-rules|fixtures)/.test(file),
  );

  it('is in the repository', () => {
    const missing = sources
      .map((file) => [file, missingFrom(file, readFileSync(join(root, file), 'utf8'))] as const)
      .filter(([, cited]) => cited.length > 0);
    expect(Object.fromEntries(missing)).toEqual({});
  });

  it.each([
    ['a page by its path', '/** The promises of design/saga.md hold. */', ['design/saga.md']],
    ['a page by its name', '// See nowhere.md for more.', ['nowhere.md']],
    ['a page in a link', 'as [the page](adr/0001-something-else.md) says', ['adr/0001-something-else.md']],
    ['a page above', '// ../../notes.md', ['../../notes.md']],
    ['a decision', '// Why: ADRs 1, 9998 and 9999.', ['ADR 9998', 'ADR 9999']],
    ['a test', '/** Proven by libs/saga/engine/proof.spec.ts. */', ['libs/saga/engine/proof.spec.ts']],
    ['code beside it', '// As in proof.ts.', ['proof.ts']],
  ])('is missed when it is %s', (_what, text, missing) => {
    expect(missingFrom('libs/saga/engine/engine.ts', text)).toEqual(missing);
  });

  it.each([
    'README.md, docs/glossary.md and [decisions](adr/README.md), ADR 1',
    'https://example.org/spec/other.md is elsewhere',
    '`docs/sagas/${name}.md` and *.md',
    "const made = 'apps/x/made-up.ts';",
    '/** Proven by test/contracts/growth.spec.ts. */',
  ])('is not missed in: %s', (text) => {
    expect(missingFrom('libs/saga/engine/engine.ts', text)).toEqual([]);
  });
});
