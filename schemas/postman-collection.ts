import type { OpenApiDocument, OpenApiOperation } from './openapi';

type Json = Readonly<Record<string, unknown>>;

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

/** The same requests for Postman, by subject. The variables are to be filled in before the first request. */
export function postmanCollectionOf({ info, paths }: OpenApiDocument): Json {
  const requests = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      tag: operation.tags[0],
      item: request(path, method, operation),
    })),
  );
  const tags = [...new Set(requests.map(({ tag }) => tag))];
  return {
    info: { name: info.title, description: info.description, schema: SCHEMA },
    auth: { type: 'awsv4', awsv4: Object.entries(SIGNATURE).map(([key, value]) => ({ key, value, type: 'string' })) },
    variable: VARIABLES.map((key) => ({ key, value: '' })),
    item: tags.map((name) => ({ name, item: requests.filter(({ tag }) => tag === name).map(({ item }) => item) })),
  };
}

const VARIABLES = ['baseUrl', 'region', 'accessKey', 'secretKey', 'sessionToken'];
const SIGNATURE = {
  service: 'execute-api',
  region: '{{region}}',
  accessKey: '{{accessKey}}',
  secretKey: '{{secretKey}}',
  sessionToken: '{{sessionToken}}',
};

function request(path: string, method: string, { summary, parameters = [], requestBody }: OpenApiOperation): Json {
  const parts = path.slice(1).replaceAll(/\{(\w+)\}/g, ':$1');
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  return {
    name: summary,
    request: {
      method: method.toUpperCase(),
      header: [],
      url: {
        raw: `{{baseUrl}}/${parts}`,
        host: ['{{baseUrl}}'],
        path: parts.split('/'),
        ...(inPath.length > 0 ? { variable: inPath.map(({ name }) => ({ key: name, value: '' })) } : {}),
        ...(inQuery.length > 0
          ? { query: inQuery.map(({ name, description }) => ({ key: name, value: '', description, disabled: true })) }
          : {}),
      },
      ...(requestBody
        ? {
            body: {
              mode: 'raw',
              raw: JSON.stringify(requestBody.content['application/json'].example, undefined, 2),
              options: { raw: { language: 'json' } },
            },
          }
        : {}),
    },
  };
}
