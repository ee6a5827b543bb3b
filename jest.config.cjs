const { availableParallelism } = require('node:os');

// Nobody reads where a construct was made: for each one CDK would write a stack trace, a tenth of a synthesis.
process.env.CDK_DISABLE_STACK_TRACE = '1';

const shared = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
};

/** Levels of tests; `docs/testing.md` says what each proves. All end-to-end tests share one synthesis. */
module.exports = {
  reporters: ['default', '<rootDir>/test/closing-line-reporter.cjs'],
  // A local cloud keeps more than one core busy; each test beside others takes memory, too.
  maxWorkers: Math.min(6, Math.max(2, Math.floor(availableParallelism() * 0.75))),
  // A slow or busy machine must not fail a test; what hangs still ends.
  testTimeout: 180_000,
  projects: [
    {
      ...shared,
      displayName: 'parts',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/e2e/'],
    },
    {
      ...shared,
      displayName: 'end to end',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      globalSetup: '<rootDir>/test/e2e/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/e2e/support/global-teardown.ts',
    },
  ],
};
