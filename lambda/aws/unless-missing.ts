import { Missing } from '../ports/faults';

/** Nothing instead of the fault that says that there is nothing. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (fault) {
    if (fault instanceof Missing) return undefined;
    throw fault;
  }
}
