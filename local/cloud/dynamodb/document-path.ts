import { type AttributeValue, attributeOf, type Item } from './attribute-value';
import type { Path } from './expression-tree';

/** The value at a document path, or undefined. */
export function valueAt(path: Path, item: Item): AttributeValue | undefined {
  const [head, ...rest] = path;
  let value = attributeOf(item, String(head));
  for (const step of rest) value = value && valueIn(value, step);
  return value;
}

function valueIn(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined;
  return 'M' in value ? attributeOf(value.M, step) : undefined;
}

/** A tree of paths: which parts of a value are wanted; a leaf wants everything below it. */
type Wanted = Map<string | number, Wanted>;

/** The item reduced to the given paths; list elements close up, in their order, as AWS returns them. */
export function projectItem(item: Item, paths: readonly Path[]): Item {
  const wanted: Wanted = new Map();
  for (const path of paths) addPath(wanted, path);
  const projected = projectValue({ M: item }, wanted);
  return projected && 'M' in projected ? projected.M : {};
}

function addPath(wanted: Wanted, path: Path): void {
  let at = wanted;
  for (const step of path) {
    const next = at.get(step) ?? new Map();
    at.set(step, next);
    at = next;
  }
}

function projectValue(value: AttributeValue, wanted: Wanted): AttributeValue | undefined {
  if (wanted.size === 0) return value;
  if ('M' in value) {
    const entries: Record<string, AttributeValue> = {};
    for (const [step, below] of wanted) {
      const found = typeof step === 'string' ? attributeOf(value.M, step) : undefined;
      const projected = found && projectValue(found, below);
      if (projected) entries[String(step)] = projected;
    }
    return Object.keys(entries).length > 0 ? { M: entries } : undefined;
  }
  if (!('L' in value)) return undefined;
  const elements = value.L.flatMap((element, index) => {
    const below = wanted.get(index);
    const projected = below && projectValue(element, below);
    return projected ? [projected] : [];
  });
  return elements.length > 0 ? { L: elements } : undefined;
}
