import type { SchemaProblem } from '../../schemas/schema-problems';

/** A configuration file that cannot be used. The message lists every problem, each with its path. */
export class WrongConfiguration extends Error {
  override readonly name = 'WrongConfiguration';
  constructor(
    file: string,
    readonly problems: readonly SchemaProblem[],
  ) {
    const lines = problems.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`);
    super([`${file} has ${problems.length} problem${problems.length === 1 ? '' : 's'}:`, ...lines].join('\n'));
  }
}
