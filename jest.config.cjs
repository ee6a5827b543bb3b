/** One configuration for every level of test; `docs/testing.md` says what each level proves. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  reporters: ['default', '<rootDir>/test/closing-line-reporter.cjs'],
  maxWorkers: 2,
  transformIgnorePatterns: ['/node_modules/'],
};
