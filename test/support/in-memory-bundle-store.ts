import type { BundleStore } from '../../bin/region-switch/bundle-store';

/** A bucket of a switch in memory. */
export class InMemoryBundleStore implements BundleStore {
  readonly files = new Map<string, string>();
  /** Called before each write and removal; a test throws here. */
  beforeChange: () => void = () => undefined;

  constructor(readonly name = 's3://test') {}

  async list(prefix: string): Promise<readonly string[]> {
    return [...this.files.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async read(key: string): Promise<string | undefined> {
    return this.files.get(key);
  }

  async write(key: string, content: string): Promise<void> {
    this.beforeChange();
    this.files.set(key, content);
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.beforeChange();
      this.files.delete(key);
    }
  }

  async empty(): Promise<void> {
    this.files.clear();
  }
}
