/** Tokens of valid JSON that say where keys are; everything else between them is of no interest. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

interface Container {
  /** Keys seen so far; absent in a list. */
  readonly keys?: Set<string>;
  /** The key or index of the value that is being read. */
  step: string | number;
}

/**
 * Paths of keys that stand twice in one object of a valid JSON text. Parsers take the last and forget the first, so that
 * one person reads `Deny` where another program reads `Allow`.
 */
export function repeatedKeys(text: string): string[] {
  const repeated: string[] = [];
  const open: Container[] = [];
  let lastString = '';
  for (const [token] of text.matchAll(TOKENS)) {
    const container = open.at(-1);
    if (token === '{') open.push({ keys: new Set(), step: '' });
    else if (token === '[') open.push({ step: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && typeof container?.step === 'number') container.step += 1;
    else if (token === ':' && container?.keys) {
      container.step = JSON.parse(lastString) as string;
      if (container.keys.has(container.step)) repeated.push(open.map(({ step }) => step).join('.'));
      container.keys.add(container.step);
    } else lastString = token;
  }
  return repeated;
}

/** How many objects and lists of a valid JSON text stand in each other. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
