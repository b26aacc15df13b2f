import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { retiredNames, retiredWords } from '../../scripts/lib/retired-words.mjs';

const root = join(import.meta.dirname, '../..');

/** Rules that stand for a decision of this project. Each is shown a text that it has to refuse, in a file that exists. */
const refused = [
  {
    what: 'the sagas of @nestjs/cqrs',
    file: 'libs/messaging/outbox/outgoing-message.ts',
    text: "import { Saga } from '@nestjs/cqrs';\nexport const sagas = Saga;\n",
    rule: 'no-restricted-imports',
  },
  {
    what: 'the environment read past config.ts',
    file: 'libs/kernel/ids.ts',
    text: 'export const port = process.env.PORT;\n',
    rule: 'no-restricted-properties',
  },
  {
    what: 'chance that a simulation cannot repeat',
    file: 'libs/kernel/ids.ts',
    text: 'export const jitter = Math.random();\n',
    rule: 'no-restricted-properties',
  },
  {
    what: "currencies by the runtime's tables",
    file: 'libs/kernel/money.ts',
    text: "export const format = new Intl.NumberFormat('en', { style: 'currency', currency: 'RSD' });\n",
    rule: 'no-restricted-globals',
  },
  {
    what: 'a clock in deciding code',
    file: 'apps/order-service/src/domain/order.ts',
    text: 'export const at = new Date();\n',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a pool whose queries have no time',
    file: 'apps/order-service/src/queries/order-view/order-view.reader.ts',
    text: "import { DataSource } from 'typeorm';\nexport const source = new DataSource({ type: 'mysql' });\n",
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a skipped test',
    file: 'libs/kernel/money.spec.ts',
    text: "import { it } from '@jest/globals';\nit.skip('adds', () => {});\n",
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a test that keeps others from running',
    file: 'libs/kernel/money.spec.ts',
    text: "import { describe } from '@jest/globals';\ndescribe.only('Money', () => {});\n",
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a promise that nobody waits for',
    file: 'libs/kernel/ids.ts',
    text: 'const work = async (): Promise<void> => {};\nexport function begin(): void {\n  work();\n}\n',
    rule: '@typescript-eslint/no-floating-promises',
  },
  {
    what: 'a switch that forgets a case',
    file: 'libs/kernel/ids.ts',
    text: "export function name(kind: 'a' | 'b'): string {\n  switch (kind) {\n    case 'a':\n      return 'A';\n  }\n  return '';\n}\n",
    rule: '@typescript-eslint/switch-exhaustiveness-check',
  },
  {
    what: 'any by default',
    file: 'libs/kernel/ids.ts',
    text: "export const port = JSON.parse('{}').port;\n",
    rule: '@typescript-eslint/no-unsafe-member-access',
  },
];

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Each retired word as somebody may come up with it again, and names that only look like it. */
const retired = [
  ...retiredWords.flatMap(({ word }) => [`${word}Of`, `next${capital(word)}`, `${word}s`]),
  ...retiredNames.map(({ name }) => name),
];
const innocent = [
  'returned',
  'almost',
  'permitted',
  'spaceLeft',
  'wishing',
  'maxRows',
  'most',
  'unit',
  'work',
  'Maximum',
];
const declarations = (names: readonly string[]): string[] => names.map((name) => `export const ${name} = 1;`);

describe('Lint rules', () => {
  let eslint: ESLint;

  beforeAll(() => {
    eslint = new ESLint({ cwd: root });
  });

  it.each(refused)(
    'refuse $what',
    async ({ file, text, rule }) => {
      const [result] = await eslint.lintText(text, { filePath: join(root, file) });
      expect(result?.messages.map(({ ruleId }) => ruleId)).toContain(rule);
    },
    60_000,
  );

  it.each([
    'libs/kernel/ids.ts',
    'libs/persistence/database/data-source.ts',
    'apps/order-service/src/domain/order.ts',
    'scripts/start.mjs',
  ])(
    'refuse retired words as parts of names in %s, and no others',
    async (file) => {
      const lines = declarations([...retired, ...innocent]);
      const [result] = await eslint.lintText(lines.join('\n'), { filePath: join(root, file) });
      const refusals = result?.messages.filter(({ ruleId }) => ruleId === 'no-restricted-syntax') ?? [];
      expect([...new Set(refusals.map(({ line }) => lines[line - 1]))]).toEqual(declarations(retired));
    },
    60_000,
  );
});
