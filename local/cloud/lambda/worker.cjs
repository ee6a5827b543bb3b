'use strict';
/**
 * The runtime of one function instance: loads the handler, then answers one invocation after the other. Plain
 * JavaScript, since a worker has no TypeScript loader. Messages are described in `worker-messages.ts`.
 */
const { existsSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { parentPort, workerData } = require('node:worker_threads');
const { installClock } = require('./worker-clock.cjs');
const { installConsole } = require('./worker-console.cjs');
const crashes = require('./worker-crash.cjs');

const now = installClock(workerData.clock, workerData.speed);
let requestId;
installConsole(
  (text) => parentPort.postMessage({ type: 'log', at: now(), text }),
  workerData.logging,
  () => requestId,
);

process.on('uncaughtException', (error) => fail(describeError(error)));
process.on('unhandledRejection', (reason) => {
  const { errorMessage, trace } = describeError(reason);
  fail({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: `${nameOf(reason)}: ${errorMessage}`, trace });
});

/** AWS: an exception outside the handler's promise ends the runtime. */
function fail(error) {
  parentPort.postMessage({ type: 'fatal', error });
  process.exit(128);
}

function nameOf(error) {
  return error instanceof Error ? error.name : typeof error;
}

/** AWS: what is thrown is reported by its name; Step Functions matches on it. */
function describeError(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

/** AWS: `directory/file.export`, where the file ends with .js, .mjs or .cjs. */
async function loadHandler({ directory, handler }) {
  const [, file, name] = /^(.*?)\.([^./]+)$/.exec(handler) ?? [];
  if (file === undefined) throw new RuntimeError('MalformedHandlerName', `Bad handler ${handler}`);
  const found = ['.js', '.mjs', '.cjs'].map((end) => path.join(directory, file + end)).find((name) => existsSync(name));
  if (found === undefined) throw new RuntimeError('ImportModuleError', `Error: Cannot find module '${file}'`);
  const loaded = await loadModule(found);
  if (loaded[name] === undefined) {
    throw new RuntimeError('HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (typeof loaded[name] !== 'function') throw new RuntimeError('HandlerNotFound', `${handler} is not a function`);
  // AWS: Node.js 24 has no callback-style handlers.
  if (loaded[name].length >= 3) {
    throw new RuntimeError('CallbackHandlerDeprecated', 'Callback-based function handlers are not supported.');
  }
  return loaded[name];
}

async function loadModule(file) {
  if (file.endsWith('.mjs')) return import(pathToFileURL(file).href);
  try {
    return require(file);
  } catch (error) {
    if (error?.code === 'ERR_REQUIRE_ESM') return import(pathToFileURL(file).href);
    throw error;
  }
}

function contextOf(invocation) {
  return {
    ...workerData.context,
    awsRequestId: invocation.requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(invocation.deadline - now())),
  };
}

async function invoke(handler, invocation) {
  requestId = invocation.requestId;
  process.env._X_AMZN_TRACE_ID = invocation.traceId;
  crashes.begin(invocation.crash);
  try {
    const result = await handler(JSON.parse(invocation.payload), contextOf(invocation));
    const payload = serialize(result);
    parentPort.postMessage({ type: 'succeeded', payload, requests: crashes.end() });
  } catch (error) {
    const described = describeError(error);
    console.error('Invoke Error', JSON.stringify({ ...described, ...(error instanceof Error ? error : {}) }));
    parentPort.postMessage({ type: 'failed', error: described, requests: crashes.end() });
  }
}

function serialize(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw new RuntimeError('MarshalError', `Unable to stringify response body: ${error.message}`);
  }
}

loadHandler(workerData).then(
  (handler) => {
    parentPort.on('message', (invocation) => invoke(handler, invocation));
    parentPort.postMessage({ type: 'ready' });
  },
  (error) => {
    const described = describeError(error);
    const importError = error instanceof RuntimeError ? described : { ...described, errorType: loadErrorType(error) };
    parentPort.postMessage({ type: 'fatal', error: importError });
    process.exit(1);
  },
);

function loadErrorType(error) {
  if (error?.code === 'MODULE_NOT_FOUND') return 'Runtime.ImportModuleError';
  return error instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : nameOf(error);
}
