/** An answer, or nothing if AWS says by one of these names that there is none. */
export async function unlessAbsent<T>(answer: Promise<T>, ...names: readonly string[]): Promise<T | undefined> {
  return answer.catch((error: Error) => {
    if (names.includes(error.name)) return undefined;
    throw error;
  });
}
