/** What of a JSON Schema tells the order of properties. */
export interface OrderingSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, OrderingSchema>>;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
  readonly items?: unknown;
  readonly oneOf?: readonly unknown[];
  readonly then?: unknown;
}

/**
 * The same JSON value with the properties of every object in the order in which its schema declares them, and those it
 * does not name after them as they were: equal documents print equal, whatever order they were submitted or stored in.
 * Lists keep their order.
 */
export function inSchemaOrder(value: unknown, schema: OrderingSchema): unknown {
  return ordered(value, schema, schema.$defs ?? {});
}

type Definitions = NonNullable<OrderingSchema['$defs']>;

function ordered(value: unknown, schema: unknown, definitions: Definitions): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const declared = resolved(value, schema, definitions);
  if (Array.isArray(value)) return value.map((item) => ordered(item, declared.items, definitions));
  const properties = declared.properties ?? {};
  const names = [
    ...Object.keys(properties).filter((name) => Object.hasOwn(value, name)),
    ...Object.keys(value).filter((name) => !Object.hasOwn(properties, name)),
  ];
  const object = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    names.map((name) => {
      const child = Object.hasOwn(properties, name) ? properties[name] : declared.additionalProperties;
      return [name, ordered(object[name], child, definitions)];
    }),
  );
}

/** Follows references and chooses among alternatives until properties or items are declared. */
function resolved(value: object, schema: unknown, definitions: Definitions): OrderingSchema {
  if (typeof schema !== 'object' || schema === null) return {};
  const { $ref, oneOf, properties, then } = schema as OrderingSchema;
  if ($ref !== undefined) return resolved(value, definitions[$ref.replace('#/$defs/', '')], definitions);
  if (oneOf !== undefined)
    return resolved(
      value,
      oneOf.find((branch) => isOfType(branch, value)),
      definitions,
    );
  // A schema of "one or a list of them" says in `then` what one is.
  if (properties === undefined && then !== undefined && !Array.isArray(value))
    return resolved(value, then, definitions);
  return schema as OrderingSchema;
}

/** Alternatives differ in the constant of their property `type`. */
function isOfType(branch: unknown, value: object): boolean {
  const { properties } = branch as { readonly properties?: { readonly type?: { readonly const?: unknown } } };
  return properties?.type?.const === (value as { readonly type?: unknown }).type;
}
