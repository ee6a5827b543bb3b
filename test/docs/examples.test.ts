import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { parsePermissionSet } from '../../lambda/domain/permission-set';
import { parseLinkRequest } from '../../lambda/intake/parse-link-request';
import { parsePermissionSetRequest } from '../../lambda/intake/parse-permission-set-request';
import { isRegionSwitch, loadConfiguration, loadRegionSwitch } from '../../lib/config';
import { VirtualClock } from '../../local/clock';
import { requireFit } from '../../local/configuration-fit';
import { DEFAULT_OPTIONS, USAGE } from '../../local/options';
import { World } from '../../local/world/world';
import { type Fence, readMarkdown } from '../support/markdown';
import { projectFiles, readProjectFile } from '../support/project-files';

const documents = projectFiles().filter((path) => path.endsWith('.md'));
const fences = documents.flatMap((path) => readMarkdown(path).fences.map((fence) => ({ path, ...fence })));

function inLanguage(...languages: readonly string[]): { path: string; fence: Fence }[] {
  return fences.filter(({ language }) => languages.includes(language)).map(({ path, ...fence }) => ({ path, fence }));
}

/** All schemas, which refer to each other by their names. */
function schemas(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: false, discriminator: true });
  addFormats(ajv);
  for (const path of projectFiles().filter((file) => /^schemas\/[\w-]+\.schema\.json$/.test(file))) {
    ajv.addSchema(JSON.parse(readProjectFile(path)));
  }
  return ajv;
}

test('every JSON and YAML example parses, and fits its schema if it names one', () => {
  const examples = inLanguage('json', 'yaml');
  const ajv = schemas();
  const wrong = examples.flatMap(({ path, fence }) => {
    const value: unknown = fence.language === 'json' ? JSON.parse(fence.text) : parse(fence.text);
    const [, schema] = /^schema=([\w-]+)$/.exec(fence.words.find((word) => word.startsWith('schema=')) ?? '') ?? [];
    if (schema === undefined) return [];
    const isValid = ajv.validate(`${schema}.schema.json`, value);
    return isValid ? [] : [`${path}:${fence.line}: ${ajv.errorsText()}`];
  });
  expect(examples.length).toBeGreaterThan(20);
  expect(examples.filter(({ fence }) => fence.words.some((word) => word.startsWith('schema='))).length).toBe(8);
  expect(wrong).toEqual([]);
});

test('samples in JSON parse', () => {
  const samples = projectFiles().filter((path) => /^docs\/samples\/.*\.json$/.test(path));
  for (const path of samples) expect(() => JSON.parse(readProjectFile(path))).not.toThrow();
});

/** Bodies that documents post to a route, by `http` blocks or by `curl`. */
function bodiesPostedTo(route: string): string[] {
  return fences.flatMap(({ language, text }) => {
    const body = language === 'http' ? `^POST ${route}\\n\\n([\\s\\S]+)$` : `${route} -d '([^']+)'`;
    return [...text.matchAll(new RegExp(body, 'g'))].map(([, found = '']) => found);
  });
}

test('links that documents post are links', () => {
  const bodies = bodiesPostedTo('/postLinkData');
  expect(bodies.length).toBeGreaterThanOrEqual(9);
  const refused = bodies.filter((body) => !parseLinkRequest(body, Date.UTC(2026, 0, 1)).ok);
  // The one that shows how errors are told.
  expect(refused.map((body) => JSON.parse(body).action)).toEqual(['add']);
});

test('permission sets that documents and samples post are permission sets', () => {
  const samples = projectFiles().filter((path) => /^docs\/samples\/permission-set-\w+\.json$/.test(path));
  expect(samples).toHaveLength(3);
  const bodies = [...bodiesPostedTo('/postPermissionSetData'), ...samples.map(readProjectFile)];
  expect(bodies.length).toBeGreaterThanOrEqual(10);
  const refused = bodies.filter((body) => !parsePermissionSetRequest(body).ok);
  // The one that shows how errors are told.
  expect(refused.map((body) => JSON.parse(body).permissionSetData.sessionDurationInMinutes)).toEqual([30]);
});

test('permission set files in the samples are named like what they declare', () => {
  const files = projectFiles().filter((path) => /^docs\/samples\/permission_sets\//.test(path));
  expect(files.length).toBeGreaterThan(0);
  for (const path of files) {
    const parsed = parsePermissionSet(JSON.parse(readProjectFile(path)), '');
    expect(parsed).toMatchObject({ ok: true });
    if (parsed.ok) expect(path).toBe(`docs/samples/permission_sets/${parsed.value.permissionSetName}.json`);
  }
});

test.each(['docs/samples/organization.yaml', 'config/local-organization.yaml'])(
  '%s is an organization that the local configuration fits',
  (path) => {
    const world = World.fromFile(path, { clock: new VirtualClock(), random: () => 0.5 });
    expect(() => requireFit(loadConfiguration('local'), world)).not.toThrow();
    expect(world.accountIds().length).toBeGreaterThan(5);
  },
);

test('every configuration in config/ is valid', () => {
  const names = projectFiles().flatMap((path) => /^config\/([\w-]+)\.yaml$/.exec(path)?.[1] ?? []);
  const configurations = names.filter((name) => !name.endsWith('-organization') && !isRegionSwitch(name));
  expect(configurations).toEqual(expect.arrayContaining(['env', 'local']));
  for (const name of configurations) expect(loadConfiguration(name).environment).not.toBe('');
  expect(names.filter(isRegionSwitch)).toEqual(['region-switch']);
  expect(loadRegionSwitch('region-switch').from).toEqual({ accountId: '222222222222', region: 'eu-west-1' });
});

test('the options of npm start are documented, with their defaults', () => {
  const table = readMarkdown('docs/local-cloud.md').tables.find(({ header }) => header[0] === 'option');
  const options = [...USAGE.matchAll(/^ {2}(--[a-z]+)/gm)].map(([, name = '']) => name);
  expect(options.length).toBeGreaterThanOrEqual(7);
  expect(table?.rows.map(([name = '']) => name.replaceAll('`', ''))).toEqual(options);
  const defaults: Readonly<Record<string, unknown>> = { ...DEFAULT_OPTIONS };
  for (const [name = '', shown = ''] of table?.rows ?? []) {
    const value = defaults[name.replaceAll(/[`-]/g, '')];
    if (shown !== '–') expect(`${name}: ${shown.replaceAll('`', '')}`).toBe(`${name}: ${value}`);
  }
});
