import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const ROOT = join(__dirname, '../..');

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Modules as written; relative ones resolved from the project's root. */
  readonly imports: readonly string[];
}

function sourceFiles(folder: string): SourceFile[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(ROOT, path), 'utf8');
      const written = [...text.matchAll(/(?:from|import|require\()\s*'([^']+)'/g)].map(([, module = '']) => module);
      return { path, text, imports: written.map((module) => resolved(path, module)) };
    });
}

function resolved(path: string, module: string): string {
  return module.startsWith('.') ? normalize(join(dirname(path), module)) : module;
}

const lambda = sourceFiles('lambda');
const local = sourceFiles('local');
const lib = sourceFiles('lib');
const CAPABILITIES = [
  'audit',
  'intake',
  'query',
  'reconcile',
  'assignments',
  'permission-sets',
  'plans',
  'bells',
  'full-pass',
  'import',
  'walk',
  'leadership',
  'api',
];

function isIn(path: string, ...folders: string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

function violations(files: readonly SourceFile[], isAllowed: (module: string) => boolean): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter((module) => !isAllowed(module)).map((module) => `${path} → ${module}`),
  );
}

/** The grammar of links is generated from its schema; the domain parses with it. */
const SCHEMAS = (module: string) => isIn(module, 'schemas');
const PURE_PACKAGES = ['@noble/hashes/sha2', '@noble/hashes/utils'];

test('the test looks at the whole product', () => {
  expect(lambda.length).toBeGreaterThan(60);
  expect(local.length).toBeGreaterThan(60);
  expect(lib.length).toBeGreaterThan(10);
  expect(lambda.flatMap(({ imports }) => imports).length).toBeGreaterThan(200);
});

test('the domain is pure: it imports only itself', () => {
  const domain = lambda.filter(({ path }) => isIn(path, 'lambda/domain'));
  expect(domain.length).toBeGreaterThan(15);
  expect(
    violations(domain, (module) => isIn(module, 'lambda/domain') || SCHEMAS(module) || PURE_PACKAGES.includes(module)),
  ).toEqual([]);
  const impure = /\b(Date\.now|new Date\(\)|Math\.random|process\.|setTimeout|fetch\()/;
  expect(domain.filter(({ text }) => impure.test(text)).map(({ path }) => path)).toEqual([]);
});

test('ports know only the domain', () => {
  const ports = lambda.filter(({ path }) => isIn(path, 'lambda/ports'));
  expect(ports.length).toBeGreaterThan(8);
  expect(violations(ports, (module) => isIn(module, 'lambda/domain', 'lambda/ports'))).toEqual([]);
});

test('use cases know domain, ports and each other, never AWS', () => {
  const folders = CAPABILITIES.map((name) => `lambda/${name}`);
  const useCases = lambda.filter(({ path }) => isIn(path, ...folders) && !path.endsWith('.handler.ts'));
  expect(useCases.length).toBeGreaterThan(20);
  // `aws-lambda` is types only: the shape of the event at the border.
  const isAllowed = (module: string) =>
    isIn(module, 'lambda/domain', 'lambda/ports', ...folders) || SCHEMAS(module) || module === 'aws-lambda';
  expect(violations(useCases, isAllowed)).toEqual([]);
});

test('adapters know domain and ports, and no use case but the shape of a step', () => {
  const adapters = lambda.filter(({ path }) => isIn(path, 'lambda/aws'));
  expect(adapters.length).toBeGreaterThan(15);
  const useCases = CAPABILITIES.map((name) => `lambda/${name}`);
  const isAllowed = (module: string) => !isIn(module, ...useCases) || module === 'lambda/leadership/lead';
  expect(violations(adapters, isAllowed)).toEqual([]);
});

test('only lambda/aws imports the AWS SDK', () => {
  const others = lambda.filter(({ path }) => !isIn(path, 'lambda/aws'));
  expect(violations(others, (module) => !module.startsWith('@aws-sdk/'))).toEqual([]);
});

test('handlers only bind', () => {
  const handlers = lambda.filter(({ path }) => path.endsWith('.handler.ts'));
  expect(handlers.length).toBe(22);
  for (const { path, text } of handlers) {
    const statements = text
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('import') && !/^\s*(\*|\/)/.test(line));
    expect([path, statements.length]).toEqual([path, expect.any(Number)]);
    expect(statements.length).toBeLessThanOrEqual(22);
  }
});

test('no product code knows the local cloud, and the stacks reach functions only by path', () => {
  expect(violations(lambda, (module) => !isIn(module, 'local', 'lib', 'test'))).toEqual([]);
  expect(violations(lib, (module) => !isIn(module, 'local', 'lambda', 'test'))).toEqual([]);
  const told = [...lambda, ...lib].filter(({ text }) => /4566|localhost|127\.0\.0\.1|isLocal/.test(text));
  expect(told.map(({ path }) => path)).toEqual([]);
});

test('the local cloud does not know the rules of the product', () => {
  const isAllowed = (module: string) => !isIn(module, 'lambda', 'test');
  expect(violations(local, isAllowed)).toEqual([]);
});

test('names that say nothing are not used', () => {
  const all = [...lambda, ...local, ...lib].map(({ path }) => relative('.', path));
  expect(
    all.filter((path) => /(^|[/-])(utils?|helpers?|common|misc|managers?|processors?|index)(\.|\/|-)/.test(path)),
  ).toEqual([]);
});
