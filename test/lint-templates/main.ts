/** Lints the templates of every kept configuration: `npm run lint:templates`. Takes a minute of computing. */
import { KEPT_CONFIGURATIONS } from '../lib/kept-configurations';
import { cfnLintVersion, lintTemplates, withoutCopies, writeTemplates } from './cfn-lint';

function main(): void {
  if (cfnLintVersion() === undefined) throw new Error('cfn-lint is not installed: pip install cfn-lint.');
  const files = withoutCopies(KEPT_CONFIGURATIONS.flatMap(([, load]) => writeTemplates(load())));
  const errors = lintTemplates(files);
  for (const line of errors) process.stderr.write(`${line}\n`);
  process.stdout.write(
    `${errors.length} errors in ${files.length} templates of ${KEPT_CONFIGURATIONS.length} configurations.\n`,
  );
  if (errors.length > 0) process.exitCode = 1;
}

main();
