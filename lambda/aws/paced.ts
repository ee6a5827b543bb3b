/** Spaces out calls so that a share of a service's request rate is kept: `rate` per second, at first `burst` at once. */
export function paced(rate: number, burst: number): () => Promise<void> {
  let freeAt = 0;
  return async () => {
    const now = Date.now();
    freeAt = Math.max(freeAt, now - (burst * 1000) / rate) + 1000 / rate;
    if (freeAt > now) await new Promise((resolve) => setTimeout(resolve, freeAt - now));
  };
}
