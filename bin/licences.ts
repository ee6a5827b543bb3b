/** Checks the licence of every package of the lock file: `npm run licences`, part of `npm run check`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAcceptedLicence } from './licences/licence-expression';

/** Licences that ask for nothing but their notice. */
export const ACCEPTED_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
]);

/** Packages with another licence, and why they are accepted all the same. */
export const EXCEPTIONS: readonly { readonly name: string; readonly licence: string; readonly reason: string }[] = [
  {
    name: 'argparse',
    licence: 'PSF-2.0',
    reason: 'Permissive, the licence of Python. Used by tools, not part of any function.',
  },
  {
    name: 'argparse',
    licence: 'Python-2.0',
    reason: 'Permissive, the licence of Python. Used by tools, not part of any function.',
  },
  {
    name: 'caniuse-lite',
    licence: 'CC-BY-4.0',
    reason: 'Data about browsers that the test runner brings along. Not part of any function.',
  },
];

/** A package as the lock file has it, by its path below the project. */
interface LockedPackage {
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package and the licence that it declares; none if it says none. */
export interface DeclaredLicence {
  readonly name: string;
  readonly licence?: string;
}

/**
 * What every package of a lock file declares. A build for another platform, which is not installed and of which the
 * lock file says nothing, has the licence of the package that it is an optional part of.
 */
export function declaredLicences(projectRoot: string): DeclaredLicence[] {
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'));
  const packages = Object.entries(lock.packages as Readonly<Record<string, LockedPackage>>).filter(
    ([path]) => path !== '',
  );
  const declared = (path: string, locked: LockedPackage): string | undefined =>
    locked.license ?? licenceOfInstalled(join(projectRoot, path, 'package.json'));
  return packages.map(([path, locked]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const whole = packages.find(([, { optionalDependencies }]) => optionalDependencies?.[name] !== undefined);
    const licence = declared(path, locked) ?? (whole && declared(...whole));
    return { name, ...(licence === undefined ? {} : { licence }) };
  });
}

function licenceOfInstalled(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const { license }: { readonly license?: unknown } = JSON.parse(readFileSync(file, 'utf8'));
  return typeof license === 'string' ? license : undefined;
}

/** One line for each package that may not be used. */
export function refusedLicences(packages: readonly DeclaredLicence[]): string[] {
  return packages.flatMap(({ name, licence }) => {
    if (licence === undefined) return [`${name} declares no licence`];
    const isException = EXCEPTIONS.some((exception) => exception.name === name && exception.licence === licence);
    return isException || isAcceptedLicence(licence, ACCEPTED_LICENCES) ? [] : [`${name} is under ${licence}`];
  });
}

function main(): void {
  const packages = declaredLicences(join(__dirname, '..'));
  const refused = refusedLicences(packages);
  for (const line of refused) process.stderr.write(`${line}\n`);
  if (refused.length === 0) process.stdout.write(`The licences of ${packages.length} packages are accepted.\n`);
  else process.exitCode = 1;
}

if (require.main === module) main();
