'use strict';
/** What a function writes goes to the main thread, in order with its answer, as the events of a log stream. */
const { formatWithOptions } = require('node:util');

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };

/**
 * @param {(text: string) => void} emit takes one log event
 * @param {{format: 'Text' | 'JSON', level: string}} logging
 * @param {() => string | undefined} requestId of the running invocation
 */
function installConsole(emit, logging, requestId) {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, done) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      if (text.trim() !== '') emit(text.replace(/\n$/, ''));
      const callback = typeof encoding === 'function' ? encoding : done;
      if (callback) process.nextTick(callback);
      return true;
    };
  }
  silenceVersionWarning();
  for (const [method, level] of Object.entries(METHODS)) {
    console[method] = (...values) => log(emit, logging, requestId(), level, values);
  }
}

/** The SDK warns about the Node.js of this computer, which says nothing about the function's runtime. */
function silenceVersionWarning() {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).includes('NodeVersionSupportWarning')) emitWarning(warning, ...rest);
  };
}

function log(emit, logging, requestId, level, values) {
  const timestamp = new Date().toISOString();
  if (logging.format === 'Text') {
    emit(`${timestamp}\t${requestId ?? 'undefined'}\t${level}\t${formatWithOptions({}, ...values)}`);
    return;
  }
  // AWS: the application log level filters only logs in JSON.
  if (LEVELS.indexOf(level) < LEVELS.indexOf(logging.level)) return;
  const message = values.length === 1 && typeof values[0] === 'object' ? values[0] : formatWithOptions({}, ...values);
  emit(JSON.stringify({ timestamp, level, requestId, message: message instanceof Error ? message.stack : message }));
}

module.exports = { installConsole };
