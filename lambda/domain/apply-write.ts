import type { AttributeTest, Condition, Item, Update } from './write';

/** What conditional writes mean for an item, in memory; the same as DynamoDB makes of them. */

/** Whether any of the conditions holds for an item, or for none being there. Without conditions: always. */
export function holds(item: Item | undefined, when: readonly Condition[] | undefined): boolean {
  if (!when) return true;
  return when.some((condition) => Object.entries(condition).every(([path, test]) => passes(valueAt(item, path), test)));
}

/** The item after an update; the one that was there is left as it is. */
export function updated(item: Item, { set = {}, remove = [], add = {} }: Update): Item {
  const next: Record<string, unknown> = { ...item, ...set };
  for (const name of remove) delete next[name];
  for (const [name, amount] of Object.entries(add)) next[name] = Number(next[name] ?? 0) + amount;
  return next as Item;
}

function valueAt(item: Item | undefined, path: string): unknown {
  let value: unknown = item;
  for (const step of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
  return value;
}

function passes(value: unknown, test: AttributeTest): boolean {
  if ('absent' in test) return value === undefined;
  if ('present' in test) return value !== undefined;
  if ('equals' in test) return value === test.equals;
  if (typeof value !== 'number') return false;
  return 'below' in test ? value < test.below : value <= test.atMost;
}
