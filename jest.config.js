/** One jest project per kind of test: unit tests beside the code, the others under test/. */
const common = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^#libs/(.*)\\.js$': '<rootDir>/libs/$1',
    '^#libs/(.*)$': '<rootDir>/libs/$1/index.ts',
    '^#migrations/(.*)\\.js$': '<rootDir>/migrations/$1',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
      },
    ],
  },
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
};

const kind = (displayName, testMatch, extra = {}) => ({ ...common, displayName, testMatch, ...extra });

export default {
  // Tests that say of themselves that they may run at once do nothing but wait.
  maxConcurrency: 25,
  projects: [
    kind('unit', ['<rootDir>/{apps,libs,tools,bench,scripts}/**/*.spec.ts']),
    kind('architecture', ['<rootDir>/test/architecture/**/*.spec.ts']),
    kind('contracts', ['<rootDir>/test/contracts/**/*.spec.ts']),
    kind('simulation', ['<rootDir>/test/simulation/**/*.spec.ts']),
    kind('integration', ['<rootDir>/test/integration/**/*.int-spec.ts']),
    kind('e2e', ['<rootDir>/test/e2e/**/*.e2e-spec.ts']),
    kind('faults', ['<rootDir>/test/faults/**/*.fault-spec.ts']),
    kind('clusters', ['<rootDir>/test/clusters/**/*.cluster-spec.ts']),
  ],
};
