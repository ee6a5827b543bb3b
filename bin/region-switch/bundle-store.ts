/** Where the files of a bundle lie, by their keys. */
export interface BundleStore {
  /** How it is called in messages. */
  readonly name: string;
  /** Keys that begin so. */
  list(prefix: string): Promise<readonly string[]>;
  /** Nothing if there is no such file. */
  read(key: string): Promise<string | undefined>;
  write(key: string, content: string): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  /** Removes everything, earlier versions too, so that what holds it can go. */
  empty(): Promise<void>;
}
