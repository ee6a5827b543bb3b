const { AsyncLocalStorage } = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

/**
 * The environment of Node.js, which also forgets the stores of asynchronous contexts that a test file has used. Up to
 * Node.js 22, every promise of a process asks each store that was ever entered whether it has to be handed on; jest-circus
 * enters a store of its own per test file, so that a worker got slower with every file: five times as slow after a hundred.
 */
const entered = new Set();
for (const name of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[name];
  AsyncLocalStorage.prototype[name] = function enter(...args) {
    entered.add(this);
    return original.apply(this, args);
  };
}

module.exports = class NodeEnvironment extends TestEnvironment {
  async teardown() {
    for (const store of entered) store.disable();
    entered.clear();
    await super.teardown();
  }
};
