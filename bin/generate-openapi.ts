/**
 * Makes `docs/openapi.json` from `schemas/api-operations.ts` and the schemas of the bodies, and from it the collection for
 * Postman. Run by `npm run generate:openapi`; another folder than the project's may be given.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openApiOf } from '../schemas/openapi';
import { postmanCollectionOf } from '../schemas/postman-collection';

const PROJECT_ROOT = join(__dirname, '..');

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, path), 'utf8'));
}

function main(root = PROJECT_ROOT): void {
  const openApi = openApiOf({
    version: String((read('package.json') as { version: string }).version),
    schema: (name) => read(`schemas/${name}.schema.json`),
    sample: (file) => read(`docs/samples/${file}`),
  });
  const written = {
    'docs/openapi.json': openApi,
    'docs/samples/postman-collection/identity-center-extensions.json': postmanCollectionOf(openApi),
  };
  for (const [path, content] of Object.entries(written)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${JSON.stringify(content, undefined, 2)}\n`);
  }
}

main(process.argv[2]);
