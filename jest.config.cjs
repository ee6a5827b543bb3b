const { availableParallelism, totalmem } = require('node:os');

// Nobody reads where a construct was made: for each one CDK would write a stack trace, a tenth of a synthesis.
process.env.CDK_DISABLE_STACK_TRACE = '1';

const shared = {
  testEnvironment: '<rootDir>/test/node-environment.cjs',
  roots: ['<rootDir>/test'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
};

/** A test and the local cloud beside it: what they take of memory, and how much of a core, since they wait in between. */
const BYTES_OF_ONE = 2 * 1024 ** 3;
const CORES_OF_ONE = 2 / 3;

/** As many as the machine, or the container, has room for; more than six were never tried. */
function workers() {
  // 0 or more than there is: nothing limits the process.
  const memory = Math.min(process.constrainedMemory() || totalmem(), totalmem());
  const fitting = Math.min(availableParallelism() / CORES_OF_ONE, memory / BYTES_OF_ONE);
  return Math.min(6, Math.max(2, Math.floor(fitting)));
}

/** Levels of tests; `docs/testing.md` says what each proves. All end-to-end tests share one synthesis. */
module.exports = {
  reporters: ['default', '<rootDir>/test/closing-line-reporter.cjs'],
  maxWorkers: workers(),
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
