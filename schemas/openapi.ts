import { API_OPERATIONS, type ApiOperation } from './api-operations';

type Json = Readonly<Record<string, unknown>>;

/** Where the parts come from that are files. */
export interface OpenApiSources {
  readonly version: string;
  /** A schema by its name, as it stands in its file. */
  readonly schema: (name: string) => unknown;
  readonly sample: (file: string) => unknown;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Json;
  readonly servers: readonly Json[];
  readonly security: readonly Json[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: Json;
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Json[];
  readonly requestBody?: { readonly required: true; readonly content: { readonly 'application/json': BodyContent } };
  readonly responses: Json;
}

interface BodyContent {
  readonly schema: { readonly $ref: string };
  readonly example: unknown;
}

/** Schemas of bodies, and those that they refer to. */
const SCHEMAS = ['link-request', 'link', 'link-text', 'permission-set-request', 'permission-set'] as const;

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'the request has to be changed: every problem and where it is; nothing was stored',
  403: 'no signature, or no right to call the route; or the caller caused the plan',
  404: 'there is no such thing',
  409: 'the permission set is protected, or its generation is another one; or the plan is decided already',
  413: 'the body is larger than 256 KiB',
  429: 'too many requests at once: send it again',
  500: 'a defect or a disturbance: nothing was stored, or everything',
};
/** What every route can answer. */
const ALWAYS = [400, 403, 429, 500];

/** The REST API as an OpenAPI 3.1 document. */
export function openApiOf(sources: OpenApiSources): OpenApiDocument {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const operation of API_OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation, sources) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Identity Center Extensions',
      version: sources.version,
      description: 'Declares permission sets and links, and shows what became of them. Examples: docs/interfaces.md.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: 'https://{apiId}.execute-api.{region}.amazonaws.com/prod',
        description: 'the output <env>-linkApi-endpointURL',
        variables: { apiId: { default: 'a1b2c3d4e5' }, region: { default: 'eu-west-1' } },
      },
    ],
    security: [{ sigv4: [] }],
    paths,
    components: {
      securitySchemes: {
        sigv4: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description: 'Signature Version 4 with the service execute-api.',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
      schemas: {
        ...Object.fromEntries(SCHEMAS.map((name) => [titleOf(name), embedded(sources.schema(name), titleOf(name))])),
        Refusal: {
          type: 'object',
          required: ['message'],
          properties: {
            message: { type: 'string' },
            requestId: { type: 'string', description: 'finds the request in the logs' },
            errors: {
              type: 'array',
              items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
            },
          },
        },
      },
    },
  };
}

function describe(operation: ApiOperation, { sample }: OpenApiSources): OpenApiOperation {
  const { operationId, summary, tag, body, answer, others = [] } = operation;
  const parameters = parametersOf(operation);
  const refusals = [...ALWAYS, ...others].sort((one, other) => one - other);
  return {
    operationId,
    summary,
    tags: [tag],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: bodyOf(titleOf(body.schema), sample(body.sample)) } : {}),
    responses: {
      200: {
        description: summary,
        content: json({ type: 'object', properties: described(answer) }),
      },
      ...Object.fromEntries(
        refusals.map((status) => [
          status,
          { description: REFUSALS[status], content: json({ $ref: '#/components/schemas/Refusal' }) },
        ]),
      ),
    },
  };
}

function parametersOf({ path, query = {} }: ApiOperation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }));
  return [...inPath, ...inQuery];
}

function bodyOf(schema: string, example: unknown): NonNullable<OpenApiOperation['requestBody']> {
  return {
    required: true,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` }, example } },
  };
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}

function described(properties: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(Object.entries(properties).map(([name, description]) => [name, { description }]));
}

/** `LinkRequest` for `link-request`. */
function titleOf(name: string): string {
  return name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}

/** A schema inside the document: what refers to files, or to itself, refers to components. */
function embedded(value: unknown, title: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => embedded(entry, title));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => name !== '$schema' && name !== '$id');
  return Object.fromEntries(
    entries.map(([name, entry]) => [
      name,
      name === '$ref' && typeof entry === 'string' ? component(entry, title) : embedded(entry, title),
    ]),
  );
}

function component(reference: string, title: string): string {
  const [file = '', fragment = ''] = reference.split('#');
  const name = file === '' ? title : titleOf(file.replace('.schema.json', ''));
  return `#/components/schemas/${name}${fragment}`;
}
