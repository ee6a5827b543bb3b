'use strict';
/**
 * Ends the worker in the middle of an invocation, at a chosen outgoing HTTP request: before it leaves (`unsent`), when
 * it has left but its answer is lost (`unanswered`), or when it has been answered but the function cannot act on it
 * any more (`answered`).
 */
const diagnostics = require('node:diagnostics_channel');

/** AWS: a runtime that dies is reported with its exit status. */
const EXIT_STATUS = 129;

let requests = 0;
let plan;

diagnostics.subscribe('http.client.request.start', ({ request }) => {
  requests += 1;
  if (plan?.request !== requests) return;
  if (plan.moment === 'unsent') crash();
  if (plan.moment === 'unanswered') request.once('finish', () => setImmediate(crash));
});

diagnostics.subscribe('http.client.response.finish', () => {
  if (plan?.moment === 'answered' && plan.request <= requests) crash();
});

function crash() {
  process.exit(EXIT_STATUS);
}

/** Counts from zero again, with a crash planned or not. */
function begin(crashPlan) {
  requests = 0;
  plan = crashPlan;
}

/** The number of requests of the invocation. A planned crash that found no request to hit happens now. */
function end() {
  if (plan !== undefined) crash();
  return requests;
}

module.exports = { begin, end };
