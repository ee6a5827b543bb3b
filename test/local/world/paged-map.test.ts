import * as fc from 'fast-check';
import { PagedMap } from '../../../local/world/paged-map';

function readAll(map: PagedMap<string>, limit: number, between: () => void = () => undefined): string[] {
  const seen: string[] = [];
  let after: number | undefined = 0;
  while (after !== undefined) {
    const page: { items: string[]; next?: number } = map.page({ after, limit });
    seen.push(...page.items);
    after = page.next;
    between();
  }
  return seen;
}

describe('PagedMap', () => {
  it('behaves as a map', () => {
    const change = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 30 }).map(String));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const model = new Map<string, string>();
        const map = new PagedMap<string>();
        for (const [isSet, key] of changes) {
          if (isSet) model.set(key, `v${key}`);
          else model.delete(key);
          if (isSet) map.set(key, `v${key}`);
          else map.delete(key);
        }
        expect([...map.values()]).toEqual([...model.values()]);
        expect(map.size).toBe(model.size);
        for (let key = 0; key <= 30; key += 1) expect(map.get(String(key))).toBe(model.get(String(key)));
      }),
    );
  });

  it('delivers everything once, whatever the page size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }), (size, limit) => {
        const map = new PagedMap<string>();
        const values = Array.from({ length: size }, (_, index) => `v${index}`);
        for (const value of values) map.set(value, value);
        expect(readAll(map, limit)).toEqual(values);
      }),
    );
  });

  it('delivers what stays exactly once although other entries come and go between the pages', () => {
    const changes = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 80 })), { maxLength: 300 });
    fc.assert(
      fc.property(changes, fc.integer({ min: 1, max: 7 }), (plan, limit) => {
        const map = new PagedMap<string>();
        for (let index = 0; index < 40; index += 1) {
          map.set(`stays${index}`, `stays${index}`);
          map.set(`goes${index}`, `goes${index}`);
        }
        const waiting = [...plan];
        const seen = readAll(map, limit, () => {
          for (const [isSet, index] of waiting.splice(0, 10)) {
            if (isSet) map.set(`new${index}`, `new${index}`);
            else map.delete(`goes${index}`);
          }
        });
        const stayed = seen.filter((value) => value.startsWith('stays'));
        expect(stayed).toEqual(Array.from({ length: 40 }, (_, index) => `stays${index}`));
        expect(new Set(seen).size).toBe(seen.length);
      }),
    );
  });

  it('ends a page after looking at so many entries', () => {
    const map = new PagedMap<number>();
    for (let index = 0; index < 10; index += 1) map.set(String(index), index);
    const page = map.page({ after: 0, limit: 5, scanLimit: 4, accepts: (value) => value % 2 === 0 });
    expect(page).toEqual({ items: [0, 2], next: 4 });
  });
});
