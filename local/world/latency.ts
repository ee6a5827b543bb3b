import { type Random, seededRandom } from '../clock';

/** Standard normal quantile of 0.99: what separates a median from its p99 in a log-normal distribution. */
const NORMAL_P99 = 2.326;

export interface LatencyShape {
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** Draws simulated milliseconds from a log-normal distribution with this median and 99th percentile. */
export function logNormalLatency(random: Random, { medianMs, p99Ms }: LatencyShape): () => number {
  const sigma = Math.log(p99Ms / medianMs) / NORMAL_P99;
  return () => medianMs * Math.exp(sigma * standardNormal(random));
}

/** Box–Muller; `1 - random()` keeps zero out of the logarithm. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * A generator of its own, seeded from another: so that how often one purpose draws (empty pages, say) never changes
 * what another one gets (latencies).
 */
export function splitRandom(random: Random): Random {
  return seededRandom(Math.floor(random() * 4294967296));
}
