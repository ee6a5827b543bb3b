/** Does something about each, at most `most` at the same time. Rejects with the first that fails, and begins no more. */
export async function atOnce<T>(most: number, all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  let hasFailed = false;
  const worker = async () => {
    while (next < all.length && !hasFailed) {
      const one = all[next] as T;
      next += 1;
      await work(one);
    }
  };
  const failing = () =>
    worker().catch((fault: unknown) => {
      hasFailed = true;
      throw fault;
    });
  await Promise.all(Array.from({ length: most }, failing));
}
