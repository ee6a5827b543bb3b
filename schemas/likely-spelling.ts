/** Edits that still count as a slip of the pen: a third of the word, at least two. */
function mostEdits(word: string): number {
  return Math.max(2, Math.floor(word.length / 3));
}

/** The candidate that was probably meant, if any is near enough; case does not count. */
export function likelySpelling(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.edits - right.edits);
  const [best] = ranked;
  return best && best.edits <= mostEdits(best.candidate) && best.edits < best.candidate.length
    ? best.candidate
    : undefined;
}

/** Words longer than this are not compared: nobody misspells a name into a paragraph. */
const LONGEST_WORD = 64;

/** Levenshtein distance: insertions, deletions and replacements that turn one word into the other. */
function editDistance(left: string, right: string): number {
  if (left.length > LONGEST_WORD || right.length > LONGEST_WORD) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...left].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (letter === right[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
