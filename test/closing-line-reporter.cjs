/** Ends every run with one plain line, `N passed, N failed`, for people and tools that read only that. */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    // A suite that could not run at all has no tests to count: it counts as one failure.
    const failed = results.numFailedTests + results.testResults.filter((suite) => suite.testExecError).length;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    // Jest prints its own summary after every other reporter; the line is to be the very last.
    process.on('exit', () => process.stdout.write(`${results.numPassedTests} passed, ${failed} failed${skipped}\n`));
  }
};
