import schema from '../../schemas/config.schema.json';

interface KeySchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, KeySchema>>;
}

/** A row of the table of configuration keys: the key's path, what it is, and `required`, its default or `none`. */
export type ConfigurationKey = readonly [path: string, description: string, fallback: string];

const DEFINITIONS: Readonly<Record<string, KeySchema>> = schema.$defs as Readonly<Record<string, KeySchema>>;

/** Every key that a configuration file may have, in the order of the schema. */
export function configurationKeys(): ConfigurationKey[] {
  const root: KeySchema = schema;
  // Blocks that may stand at the top or below `Parameters` are shown once, at the top.
  const top = new Set(Object.keys(root.properties ?? {}));
  return keysOf(root, '').filter(([path]) => !path.startsWith('Parameters.') || !top.has(path.split('.')[1] ?? ''));
}

function keysOf({ properties = {}, required = [] }: KeySchema, prefix: string): ConfigurationKey[] {
  return Object.entries(properties).flatMap(([name, written]) => {
    const definition = { ...referred(written), ...written };
    const path = `${prefix}${name}`;
    if (definition.properties) return keysOf(definition, `${path}.`);
    const fallback = definition.default === undefined ? 'none' : JSON.stringify(definition.default);
    return [[path, definition.description ?? '', required.includes(name) ? 'required' : fallback]];
  });
}

function referred({ $ref }: KeySchema): KeySchema {
  return $ref === undefined ? {} : (DEFINITIONS[$ref.replace('#/$defs/', '')] ?? {});
}
