import type { LeveledLog } from '../../lambda/ports/leveled-log';

/** For tests that do not look at what is logged. */
export const silentLog: LeveledLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
