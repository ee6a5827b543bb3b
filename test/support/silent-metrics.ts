import type { Metrics } from '../../lambda/ports/metrics';

/** Metrics for tests that do not look at them. */
export const silentMetrics: Metrics = { count: () => {}, gauges: () => {} };
