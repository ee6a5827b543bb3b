import { parse } from 'yaml';
import { projectFiles, readProjectFile } from '../support/project-files';

const manifest = JSON.parse(readProjectFile('package.json'));
const lock = JSON.parse(readProjectFile('package-lock.json'));

test('versions are exact, and those of the lock file', () => {
  const versions: Readonly<Record<string, string>> = { ...manifest.dependencies, ...manifest.devDependencies };
  expect(Object.keys(versions).length).toBeGreaterThan(30);
  for (const [name, version] of Object.entries(versions)) {
    expect(`${name} ${version}`).toMatch(/ \d+\.\d+\.\d+(-[\w.]+)?$/);
    expect(lock.packages[`node_modules/${name}`].version).toBe(version);
  }
  expect(lock.packages[''].devDependencies).toEqual(manifest.devDependencies);
});

test('the lock file names no registry, and the checksum of all that is installed', () => {
  expect(readProjectFile('package-lock.json')).not.toContain('"resolved"');
  const settings = readProjectFile('.npmrc');
  expect(settings).toContain('omit-lockfile-registry-resolved=true\n');
  expect(settings).toContain('save-exact=true\n');
  const installed: [string, { integrity?: string; inBundle?: boolean }][] = Object.entries(lock.packages);
  const unchecked = installed.filter(([path, { integrity, inBundle }]) => path !== '' && !integrity && !inBundle);
  expect(installed.length).toBeGreaterThan(400);
  expect(unchecked.map(([path]) => path)).toEqual([]);
});

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly steps: readonly Step[];
  readonly permissions?: unknown;
  readonly strategy?: { readonly matrix: { readonly node: readonly string[] } };
}
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = projectFiles().filter((path) => /^\.github\/workflows\/[\w-]+\.yml$/.test(path));
const read = (path: string): Workflow => parse(readProjectFile(path));

test('workflows run commands of this project, and no more than read it', () => {
  expect(workflows).toEqual(['.github/workflows/check.yml']);
  const jobs = workflows.map(read).flatMap((workflow) => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    return Object.values(workflow.jobs);
  });
  for (const { permissions } of jobs) expect(permissions).toBeUndefined();
  const commands = jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  expect(commands).toContain('npm run check');
  const scripts = commands.flatMap((command) => /^npm run (?:--silent )?([\w:-]+)/.exec(command)?.[1] ?? []);
  expect(scripts.length).toBeGreaterThanOrEqual(3);
  expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(scripts));
});

test('actions are pinned by their commits', () => {
  const uses = workflows.map(read).flatMap(({ jobs }) => Object.values(jobs).flatMap(({ steps }) => steps));
  const actions = uses.flatMap((step) => step.uses ?? []);
  expect(actions.length).toBeGreaterThan(5);
  for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
});

test('the oldest Node.js that is supported is among those that are checked', () => {
  const { strategy } = read('.github/workflows/check.yml').jobs.check ?? {};
  const [, oldest] = /^>=(\d+)$/.exec(manifest.engines.node) ?? [];
  expect(strategy?.matrix.node).toContain(oldest);
});

test('everything that has versions is kept up to date', () => {
  const { updates } = parse(readProjectFile('.github/dependabot.yml')) as {
    updates: readonly {
      readonly 'package-ecosystem': string;
      readonly ignore?: readonly { readonly 'dependency-name': string }[];
    }[];
  };
  expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
  const ignored = updates.flatMap(({ ignore = [] }) => ignore.map((entry) => entry['dependency-name']));
  for (const name of ignored) expect(manifest.devDependencies).toHaveProperty([name]);
});

test('what a release is made of can be listed', () => {
  expect(manifest.scripts.sbom).toBe('npm sbom --sbom-format=cyclonedx --sbom-type=application');
  expect(manifest.scripts.check).toContain('npm run licences');
});
