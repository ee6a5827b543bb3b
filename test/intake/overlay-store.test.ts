import { OverlayStore } from '../../lambda/intake/overlay-store';
import type { Item, Key, Page, PageKey } from '../../lambda/ports/store';
import { InMemoryStore } from '../support/in-memory-store';

const key = (sk: string, pk = 'p'): Key => ({ table: 'links', pk, sk });

async function prepared() {
  const below = new InMemoryStore();
  for (const sk of ['a', 'b', 'c']) await below.transact([{ at: key(sk), put: { value: sk } }]);
  const before = JSON.stringify(below.all('links'));
  const overlay = new OverlayStore(below);
  return { overlay, isUntouched: () => JSON.stringify(below.all('links')) === before };
}

const keysOf = (items: readonly Item[]) => items.map(({ sk }) => sk);

test('what was written is read, and nothing below is changed', async () => {
  const { overlay, isUntouched } = await prepared();
  const outcome = await overlay.transact([
    { at: key('a'), update: { set: { value: 'new' }, add: { count: 2 } } },
    { at: key('b'), delete: true },
    { at: key('bb'), put: { value: 'bb' } },
    { at: key('c'), check: true, when: [{ value: { equals: 'c' } }] },
  ]);
  expect(outcome).toEqual({ applied: true });
  expect(await overlay.get(key('a'))).toEqual({ pk: 'p', sk: 'a', value: 'new', count: 2 });
  expect(await overlay.get(key('b'))).toBeUndefined();
  expect(keysOf(await overlay.getMany(['a', 'b', 'bb', 'c', 'd'].map((sk) => key(sk)))).sort()).toEqual([
    'a',
    'bb',
    'c',
  ]);
  expect(keysOf((await overlay.query({ table: 'links', pk: 'p' })).items)).toEqual(['a', 'bb', 'c']);
  expect(keysOf((await overlay.query({ table: 'links', pk: 'p', descending: true })).items)).toEqual(['c', 'bb', 'a']);
  expect(keysOf((await overlay.query({ table: 'links', pk: 'p', sortPrefix: 'b' })).items)).toEqual(['bb']);
  expect(isUntouched()).toBe(true);
});

test('a transaction of which a condition does not hold writes nothing, also against what was written before', async () => {
  const { overlay } = await prepared();
  await overlay.transact([{ at: key('a'), update: { set: { value: 'new' } } }]);
  const outcome = await overlay.transact([
    { at: key('d'), put: {} },
    { at: key('a'), update: { set: { value: 'newer' } }, when: [{ value: { equals: 'a' } }] },
  ]);
  expect(outcome).toEqual({ applied: false, failed: [1] });
  expect(await overlay.get(key('d'))).toBeUndefined();
  expect(await overlay.get(key('a'))).toMatchObject({ value: 'new' });
});

test('a partition without writes is read page by page as below', async () => {
  const { overlay } = await prepared();
  await overlay.transact([{ at: key('x', 'other'), put: {} }]);
  const first = await overlay.query({ table: 'links', pk: 'p', limit: 2 });
  expect(keysOf(first.items)).toEqual(['a', 'b']);
  const next = await overlay.query({ table: 'links', pk: 'p', limit: 2, ...(first.next ? { after: first.next } : {}) });
  expect(keysOf(next.items)).toEqual(['c']);
});

test('a whole table is read with what was written, page by page', async () => {
  const { overlay, isUntouched } = await prepared();
  await overlay.transact([
    { at: key('a'), update: { set: { value: 'new' } } },
    { at: key('b'), delete: true },
    { at: key('bb', 'other'), put: { value: 'bb' } },
  ]);
  const read: Item[] = [];
  let pages = 0;
  let after: PageKey | undefined;
  do {
    const page: Page<Item> = await overlay.scan({ table: 'links', limit: 1, ...(after ? { after } : {}) });
    read.push(...page.items);
    pages += 1;
    after = page.next;
  } while (after);
  expect(pages).toBe(3);
  expect(read.map(({ sk, value }) => [sk, value]).sort()).toEqual([
    ['a', 'new'],
    ['bb', 'bb'],
    ['c', 'c'],
  ]);
  expect(keysOf(overlay.itemsWritten('links', 'p'))).toEqual(['a']);
  expect(isUntouched()).toBe(true);
});

test('an index that would not show the writes is refused, any other is read', async () => {
  const { overlay } = await prepared();
  const query = { table: 'links', index: 'byValue', partition: { name: 'value', value: 'b' } } as const;
  expect(keysOf((await overlay.queryIndex(query)).items)).toEqual(['b']);
  await overlay.transact([{ at: { ...key('x'), table: 'ledger' }, put: {} }]);
  expect(keysOf((await overlay.queryIndex(query)).items)).toEqual(['b']);
  await overlay.transact([{ at: key('x'), put: {} }]);
  await expect(overlay.queryIndex(query)).rejects.toMatchObject({ name: 'InvariantViolated' });
});
