import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** What a run makes is not there before it, and not named as part of the repository. */
const topLevel = readdirSync(root).filter((name) => !['node_modules', 'dist', '.data'].includes(name));

/** Targets of links within the repository, and paths in backticks that begin with a folder or a file of its root. */
function pathsIn(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => join(dirname(page), target));
  const quoted = [...text.matchAll(/`([\w.@-]+(?:\/[\w.@-]+)*\/?)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => path.includes('/') && topLevel.includes(path.split('/')[0] ?? ''));
  return [...new Set([...links, ...quoted])];
}

describe('Paths that are named in a document', () => {
  it.each(pages)('exist: %s', (page) => {
    expect(pathsIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('are found: the README names the saga, the rules and the contracts', () => {
    expect(pathsIn('README.md')).toEqual(
      expect.arrayContaining([
        'apps/order-service/src/sagas/place-order.saga.ts',
        'apps/order-service/src/domain/order.ts',
        'libs/contracts',
      ]),
    );
  });
});
