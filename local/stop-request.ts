/** How often to look whether the process that started this one still lives; real milliseconds. */
const PARENT_LOOK_MS = 500;

/**
 * Resolves when the process is asked to stop: by SIGINT or SIGTERM, by the end of its IPC channel (a test that died must
 * not leave a local cloud behind), or because the npm that ran it is gone.
 */
export function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
    process.on('disconnect', () => resolve());
    if (process.env.npm_lifecycle_event !== undefined) watchParent(resolve);
  });
}

/** npm passes a signal on to the shell between it and this process, but the shell does not pass it on. */
function watchParent(gone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) gone();
  }, PARENT_LOOK_MS);
  timer.unref();
}
