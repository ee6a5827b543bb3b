/** Between two looks, real milliseconds: what is waited for changes all the time. */
const LOOK_MS = 25;

/** Looks until something has come true; the time-out of the test bounds it. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
