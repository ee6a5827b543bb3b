/**
 * Writes every right of the templates and its reason into `docs/security.md`, between the two marks there. The names are
 * those of `config/local.yaml`, which has all functions. Run by `npm run generate:rights`, after the functions were bundled.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../lib/app';
import { loadConfiguration } from '../lib/config';
import { printRights } from '../lib/print-rights';

const FILE = join(__dirname, '..', 'docs', 'security.md');
const [BEGIN, END] = ['<!-- rights: begin -->', '<!-- rights: end -->'];

function main(): void {
  const outdir = mkdtempSync(join(tmpdir(), 'rights-'));
  try {
    const rights = printRights(buildApp({ configuration: loadConfiguration('local'), outdir, checks: false }));
    const [before = '', rest = ''] = readFileSync(FILE, 'utf8').split(BEGIN);
    const after = rest.split(END)[1];
    if (after === undefined) throw new Error(`docs/security.md needs ${BEGIN} and ${END}.`);
    writeFileSync(FILE, `${before}${BEGIN}\n\n${rights}\n${END}${after}`);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

main();
