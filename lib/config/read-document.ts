import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Scalar } from 'yaml';
import type { SchemaProblem } from '../../schemas/schema-problems';

/** The parts of a JSON schema that say how a written value is to be read. */
export interface ReadingSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, ReadingSchema>>;
  readonly items?: ReadingSchema;
  readonly $defs?: Readonly<Record<string, ReadingSchema>>;
}

/**
 * The values of a YAML document as its schema means them: where text is expected, a number is taken as it is written
 * (an account id that is not quoted keeps its zeros), and the words of an enumeration are recognized in any case.
 * Keys without a value are left out, as if they were not there.
 */
export function readDocument(document: Document, schema: ReadingSchema): unknown {
  const resolved = (part: ReadingSchema | undefined): ReadingSchema => {
    const name = part?.$ref?.replace('#/$defs/', '');
    return name === undefined ? (part ?? {}) : resolved(schema.$defs?.[name]);
  };
  const read = (node: unknown, part: ReadingSchema): unknown => {
    if (isAlias(node)) return read(node.resolve(document), part);
    if (isScalar(node)) return readScalar(node, part);
    if (isSeq(node)) return node.items.map((item) => read(item, resolved(part.items)));
    if (!isMap(node)) return undefined;
    const entries = node.items.map(({ key, value }): [string, unknown] => {
      const name = isScalar(key) ? String(key.source ?? key.value) : String(key);
      return [name, read(value, resolved(part.properties?.[name]))];
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null && value !== ''));
  };
  return read(document.contents, schema);
}

function readScalar({ value, source }: Scalar, { type, enum: words }: ReadingSchema): unknown {
  const text = type === 'string' && typeof value === 'number' ? (source ?? String(value)) : value;
  if (words === undefined || typeof text !== 'string') return text;
  return words.find((word) => word.toLowerCase() === text.toLowerCase()) ?? text;
}

/** What is wrong with a file as YAML; the path is the line. */
export function yamlProblems(document: Document, lines: LineCounter): SchemaProblem[] {
  return document.errors.map(({ pos, message }) => {
    const [summary = message] = message.split(/ at line |\n/);
    return { path: `line ${lines.linePos(pos[0]).line}`, message: summary };
  });
}
