'use strict';
/**
 * Makes `Date`, `performance.now` and timers of a worker thread follow the simulated clock, which the main thread
 * writes into shared memory. Plain JavaScript, since a worker has no TypeScript loader.
 */
const timers = require('node:timers');
const timersPromises = require('node:timers/promises');
const { promisify } = require('node:util');

const real = { setTimeout, clearTimeout, setImmediate, Date };

/**
 * @param {SharedArrayBuffer} shared simulated milliseconds since the epoch, as one Float64
 * @param {number} speed simulated milliseconds per real millisecond
 * @returns {() => number} the simulated time
 */
function installClock(shared, speed) {
  const current = new Float64Array(shared);
  const now = () => current[0];
  installDate(now);
  installPerformance(now);
  installTimers(now, speed);
  return now;
}

function installDate(now) {
  const wholeNow = () => Math.floor(now());
  globalThis.Date = new Proxy(real.Date, {
    construct(target, args, newTarget) {
      const own = newTarget === globalThis.Date ? target : newTarget;
      return Reflect.construct(target, args.length === 0 ? [wholeNow()] : args, own);
    },
    apply: (target) => new target(wholeNow()).toString(),
    get: (target, name) => (name === 'now' ? wholeNow : target[name]),
  });
}

function installPerformance(now) {
  const origin = now();
  performance.now = () => now() - origin;
  Object.defineProperty(performance, 'timeOrigin', { value: origin, configurable: true });
}

/** A timer of the simulated clock. It answers to what Node's own `Timeout` answers to. */
class SimulatedTimer {
  constructor(now, speed, delay, repeat, action) {
    // Node: a delay that is not a number between 1 and 2^31 - 1 counts as 1.
    this.delay = delay >= 1 && delay <= 2147483647 ? Math.trunc(delay) : 1;
    Object.assign(this, { now, speed, repeat, action, referenced: true, ended: false });
    this.start();
  }

  start() {
    this.at = this.now() + this.delay;
    this.arm();
  }

  arm() {
    const remaining = (this.at - this.now()) / this.speed;
    this.handle = real.setTimeout(() => this.look(), Math.max(1, Math.ceil(remaining)));
    if (!this.referenced) this.handle.unref();
  }

  /** The simulated clock pauses while the main thread is busy; only the clock decides when a timer is due. */
  look() {
    if (this.ended) return;
    if (this.now() < this.at) return this.arm();
    // What has arrived meanwhile goes first: a request time-out must not win against an answer that lies in the socket.
    real.setImmediate(() => {
      if (this.ended) return;
      if (this.repeat) this.start();
      else this.ended = true;
      this.action();
    });
  }

  close() {
    this.ended = true;
    real.clearTimeout(this.handle);
    return this;
  }

  refresh() {
    this.close();
    this.ended = false;
    this.start();
    return this;
  }

  ref() {
    this.referenced = true;
    this.handle.ref();
    return this;
  }

  unref() {
    this.referenced = false;
    this.handle.unref();
    return this;
  }

  hasRef() {
    return this.referenced;
  }

  [Symbol.toPrimitive]() {
    this.id ??= register(this);
    return this.id;
  }

  [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
    this.close();
  }
}

const byId = new Map();
function register(timer) {
  const id = byId.size + 1;
  byId.set(id, timer);
  return id;
}

function installTimers(now, speed) {
  const start = (action, delay, repeat, args) => {
    if (typeof action !== 'function') throw new TypeError('The "callback" argument must be of type function.');
    return new SimulatedTimer(now, speed, delay, repeat, () => action(...args));
  };
  const clear = (timer) => {
    const found = timer instanceof SimulatedTimer ? timer : byId.get(Number(timer));
    if (found !== undefined) found.close();
    else if (typeof timer === 'object' && timer !== null) real.clearTimeout(timer);
  };
  const wait = (delay, value, options) => waitFor(now, speed, delay, value, options);
  const set = (action, delay, ...args) => start(action, delay, false, args);
  const every = (action, delay, ...args) => start(action, delay, true, args);
  set[promisify.custom] = wait;
  const all = { setTimeout: set, setInterval: every, clearTimeout: clear, clearInterval: clear };
  Object.assign(globalThis, all);
  Object.assign(timers, all);
  timersPromises.setTimeout = wait;
  timersPromises.setInterval = (delay, value, options) => tick(wait, delay, value, options);
  timersPromises.scheduler.wait = (delay, options) => wait(delay, undefined, options);
  AbortSignal.timeout = (delay) => abortAfter(set, delay);
}

function waitFor(now, speed, delay, value, options = {}) {
  return new Promise((resolve, reject) => {
    const { signal } = options;
    const abort = () => {
      timer.close();
      reject(
        Object.assign(new Error('The operation was aborted', { cause: signal.reason }), {
          name: 'AbortError',
          code: 'ABORT_ERR',
        }),
      );
    };
    const timer = new SimulatedTimer(now, speed, delay, false, () => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    if (options.ref === false) timer.unref();
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

async function* tick(wait, delay, value, options) {
  for (;;) yield await wait(delay, value, options);
}

function abortAfter(set, delay) {
  const controller = new AbortController();
  const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  set(() => controller.abort(reason), delay).unref();
  return controller.signal;
}

module.exports = { installClock };
