import type { Configuration } from '../config/configuration';
import type { Names } from '../names';
import type { DataKey } from './data-key';

/** What the parts of the controller stack have in common. */
export interface Installation {
  readonly configuration: Configuration;
  readonly names: Names;
  readonly key: DataKey;
  /** Folder of the project: holds `state-machines/` and, once bundled, `dist/lambda/`. */
  readonly projectRoot: string;
}
