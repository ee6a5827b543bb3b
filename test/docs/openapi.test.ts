import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { API_OPERATIONS } from '../../schemas/api-operations';
import { openApiOf } from '../../schemas/openapi';
import { postmanCollectionOf } from '../../schemas/postman-collection';
import { local, Synthesized } from '../lib/synthesized';
import { readMarkdown } from '../support/markdown';
import { readProjectFile } from '../support/project-files';

const json = (path: string) => JSON.parse(readProjectFile(path));

const document = openApiOf({
  version: json('package.json').version,
  schema: (name) => json(`schemas/${name}.schema.json`),
  sample: (file) => json(`docs/samples/${file}`),
});
const operations = API_OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);

test('the committed files are what the operations and schemas say', () => {
  expect(json('docs/openapi.json')).toEqual(JSON.parse(JSON.stringify(document)));
  const collection = json('docs/samples/postman-collection/identity-center-extensions.json');
  expect(collection).toEqual(JSON.parse(JSON.stringify(postmanCollectionOf(document))));
  const requests = collection.item.flatMap(({ item }: { item: readonly unknown[] }) => item);
  expect(requests).toHaveLength(API_OPERATIONS.length);
});

test('the operations are the routes of the template', () => {
  const stack = new Synthesized(local()).resources('Controller');
  const pathOf = (id: string): string => {
    const resource = stack[id];
    if (resource?.Type !== 'AWS::ApiGateway::Resource') return '';
    const { ParentId, PathPart } = resource.Properties as { ParentId: { Ref?: string }; PathPart: string };
    return `${ParentId.Ref === undefined ? '' : pathOf(ParentId.Ref)}/${PathPart}`;
  };
  const routes = Object.values(stack)
    .filter(({ Type }) => Type === 'AWS::ApiGateway::Method')
    .map(({ Properties }) => `${Properties.HttpMethod} ${pathOf((Properties.ResourceId as { Ref: string }).Ref)}`);
  expect(routes.length).toBeGreaterThan(10);
  expect(operations.slice().sort()).toEqual(routes.sort());
});

test('the table of routes names the same operations and parameters', () => {
  const table = readMarkdown('docs/interfaces.md').tables.find(({ header }) => header[0] === 'method and path');
  const rows = (table?.rows ?? []).flatMap(([route = '', parameters = '']) => {
    const [first = '', second] = [...route.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
    const names = [...parameters.matchAll(/`([\w]+)(=false)?`/g)].map(([, name = '']) => name);
    const paths = second === undefined ? [first] : [first, first.replace(/\/\w+$/, second.replace('…', ''))];
    return paths.map((path) => ({ path, names: new Set(names) }));
  });
  expect(rows.map(({ path }) => path).sort()).toEqual(operations.slice().sort());
  for (const { method, path, query = {}, body } of API_OPERATIONS) {
    const row = rows.find((candidate) => candidate.path === `${method.toUpperCase()} ${path}`);
    const inQuery = [...(row?.names ?? [])].filter((name) => body === undefined || name === 'dryRun');
    expect([path, Object.keys(query).sort()]).toEqual([path, inQuery.sort()]);
  }
});

test('every reference leads somewhere, and the examples of bodies fit', () => {
  const ajv = new Ajv2020({ strict: false, discriminator: true });
  addFormats(ajv);
  ajv.addSchema(JSON.parse(JSON.stringify(document)), 'openapi');
  const bodies = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ requestBody }) => (requestBody ? [requestBody.content['application/json']] : [])),
  );
  expect(bodies).toHaveLength(2);
  for (const { example, schema } of bodies) {
    const validate = ajv.compile({ $ref: `openapi${schema.$ref}` });
    expect([validate(example), validate.errors]).toEqual([true, null]);
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, reference = '']) => reference,
  );
  expect(references.length).toBeGreaterThan(50);
  for (const reference of new Set(references)) expect(() => ajv.compile({ $ref: `openapi${reference}` })).not.toThrow();
});
