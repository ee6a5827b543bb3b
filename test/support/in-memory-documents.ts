import type { DocumentStore } from '../../lambda/ports/document-store';

/** Documents by key, as they come back from JSON. */
export class InMemoryDocuments<T> implements DocumentStore<T> {
  readonly texts = new Map<string, string>();

  async save(key: string, document: T): Promise<void> {
    this.texts.set(key, JSON.stringify(document));
  }

  async load(key: string): Promise<T> {
    const text = this.texts.get(key);
    if (text === undefined) throw new Error(`There is no document ${key}.`);
    return JSON.parse(text) as T;
  }
}
