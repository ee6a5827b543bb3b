/** Documents that a run leaves for its next steps and for people, by key. */
export interface DocumentStore<T> {
  save(key: string, document: T): Promise<void>;
  load(key: string): Promise<T>;
}
