import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import { asPart, retiredNames, retiredWords } from './scripts/lib/retired-words.mjs';

const typeScript = ['**/*.ts'];
const tests = ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.e2e-spec.ts', 'test/**', '**/testing/**'];

/** Code that decides: it is given the time and the ids, so that a test or a simulation can give it any. */
const decidingCode = [
  'apps/*/src/domain/**',
  'apps/*/src/**/*.saga.ts',
  'apps/*/src/**/*.unit.ts',
  'libs/saga/{definition,engine}/**',
];

const noSkippedTests = [
  {
    selector:
      'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo|failing)$/]',
    message: 'A test that does not run, or keeps others from running, proves nothing. Mend it or remove it.',
  },
  {
    selector: 'CallExpression[callee.name=/^(xit|xtest|xdescribe|fit|fdescribe)$/]',
    message: 'A test that does not run, or keeps others from running, proves nothing. Mend it or remove it.',
  },
];

const noPoolByHand = [
  {
    selector: 'NewExpression[callee.name="DataSource"]',
    message:
      'Queries of a DataSource made by hand have no time. libs/persistence/database/data-source.ts makes them.',
  },
];

const refusedName = (pattern, word, instead) => ({
  selector: `:matches(Identifier, PrivateIdentifier)[name=/${pattern}/]`,
  message: `"${word}" has given way to another word: ${instead} (docs/glossary.md, scripts/lib/retired-words.mjs).`,
});

const noRetiredWords = [
  ...retiredWords.map(({ word, instead }) => refusedName(asPart(word), word, instead)),
  ...retiredNames.map(({ name, pattern, instead }) => refusedName(pattern, name, instead)),
];

const noClock = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Deciding code is handed the time (work.now, a parameter); it does not ask for it.',
  },
  {
    selector: 'MemberExpression[object.name="Date"][property.name="now"]',
    message: 'Deciding code is handed the time (work.now, a parameter); it does not ask for it.',
  },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Deciding code is repeatable: no randomness in it.',
  },
];

export default tseslint.config(
  {
    ignores: ['dist/', 'coverage/', '.data/', 'node_modules/', '**/generated/'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        process: 'readonly',
        setImmediate: 'readonly',
        setInterval: 'readonly',
        setTimeout: 'readonly',
        structuredClone: 'readonly',
      },
    },
    rules: { 'no-restricted-syntax': ['error', ...noRetiredWords] },
  },
  {
    files: typeScript,
    extends: [tseslint.configs.recommended, tseslint.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Nest's modules, exceptions and rows are classes by its own design, some of them with nothing inside.
      '@typescript-eslint/no-extraneous-class': 'off',
      // With noUncheckedIndexedAccess, `!` is how one says that the line above has proven it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A type that only brands or extends another one is a name from the glossary.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@nestjs/cqrs',
              importNames: ['Saga'],
              message:
                'An in-memory stream that one exception kills for good. Sagas are made with libs/saga.',
            },
            { name: 'node:test', message: 'Tests run under jest: import from @jest/globals.' },
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'The environment is read once, in config.ts, where it is checked and documented.',
        },
        {
          object: 'Math',
          property: 'random',
          message: 'Chance comes from libs/kernel/chance.ts, so that a simulation can repeat a run exactly.',
        },
      ],
      'no-restricted-globals': [
        'error',
        {
          name: 'Intl',
          message:
            'What it says of currencies changes with Node. libs/kernel/currencies.ts has their minor units.',
        },
      ],
      'no-restricted-syntax': ['error', ...noRetiredWords, ...noSkippedTests, ...noPoolByHand],
    },
  },
  {
    files: ['libs/persistence/database/data-source.ts'],
    rules: { 'no-restricted-syntax': ['error', ...noRetiredWords, ...noSkippedTests] },
  },
  {
    files: decidingCode,
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...noRetiredWords, ...noSkippedTests, ...noPoolByHand, ...noClock],
    },
  },
  {
    files: [
      '**/config.ts',
      '**/main.ts',
      'libs/kernel/chance.ts',
      'libs/service/run-service.ts',
      'bench/**',
      'scripts/**',
      'tools/**',
      ...tests,
    ],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    files: tests,
    rules: {
      // Tests look into answers and fakes whose shape the assertion itself proves.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // The baseline trusts what it has written itself: checks are part of what it is compared with.
    files: ['bench/floor/**'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // Rows as another service's database gives them: the snapshot's types are made here.
    files: ['tools/invariants/read-snapshot.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
);
