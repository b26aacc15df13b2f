import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * Each fixture is a complete saga with one thing wrong, and says on the line above which error it expects there.
 * It is compiled twice: as it stands, where an expectation without an error is an error; and without the expectation,
 * to see that the error is the one that is meant and not some other.
 */
const folder = fileURLToPath(new URL('.', import.meta.url));
const root = join(folder, '../../..');
const expectation = /^\s*\/\/ @ts-expect-error (.*)$/m;

const fixtures = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && file !== 'participants.ts')
  .map((file) => ({ name: basename(file, '.ts'), path: join(folder, file) }));

/** Everything but the fixtures is the same both times, and parsed once. */
const parsed = new Map<string, ts.SourceFile>();

function errorsOf(change: (text: string) => string): Map<string, string[]> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8')) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const own = new Set(fixtures.map(({ path }) => path));
  const readFile = host.readFile.bind(host);
  host.getSourceFile = (path, version) => {
    const known = parsed.get(path);
    if (known) return known;
    const text = readFile(path);
    if (text === undefined) return undefined;
    const source = ts.createSourceFile(path, own.has(path) ? change(text) : text, version);
    if (!own.has(path)) parsed.set(path, source);
    return source;
  };
  const program = ts.createProgram([...own], { ...options, noEmit: true }, host);
  return new Map(
    fixtures.map(({ name, path }) => [
      name,
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(path))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ]),
  );
}

describe('a saga that is not finished does not compile', () => {
  const asItStands = errorsOf((text) => text);
  const withoutExpectation = errorsOf((text) => text.replace(expectation, ''));
  const broken = fixtures.filter(({ name }) => name !== 'complete');

  it('while a finished one does', () => {
    expect(withoutExpectation.get('complete')).toEqual([]);
  });

  it.each(broken)('$name', ({ name, path }) => {
    const expected = expectation.exec(readFileSync(path, 'utf8'))?.[1] ?? 'no expectation in the fixture';
    expect(asItStands.get(name)).toEqual([]);
    expect(withoutExpectation.get(name)).toEqual([expect.stringContaining(expected)]);
  });
});
