import { join } from 'node:path';
import { bundleFunctions } from '../../bin/bundle-functions';
import { table } from './table';

/** Row 6: the size of every function's bundle, minified. */
export async function benchBundles(): Promise<void> {
  const bundles = await bundleFunctions({ projectRoot: join(__dirname, '../..') });
  const sizes = [...bundles].sort((one, other) => other.bytes - one.bytes);
  table(sizes.map(({ name, bytes }) => [name, `${(bytes / 1000).toFixed(0)} kB`, 'bar ≤ 600 kB']));
}
