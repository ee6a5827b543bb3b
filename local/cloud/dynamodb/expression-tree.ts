/** A document path: attribute name, then names of map entries and indexes of list elements. */
export type Path = readonly (string | number)[];

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly placeholder: string }
  | { readonly kind: 'size'; readonly of: Operand };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly value: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly value: Operand; readonly options: readonly Operand[] }
  | { readonly kind: 'function'; readonly name: string; readonly operands: readonly Operand[] };

/** What a SET assigns. */
export type Assigned =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly placeholder: string }
  | { readonly kind: 'add' | 'subtract' | 'append'; readonly left: Assigned; readonly right: Assigned }
  | { readonly kind: 'ifNotExists'; readonly path: Path; readonly otherwise: Assigned };

export type UpdateSection =
  | { readonly kind: 'set'; readonly path: Path; readonly assigned: Assigned }
  | { readonly kind: 'remove'; readonly path: Path }
  | { readonly kind: 'add' | 'delete'; readonly path: Path; readonly placeholder: string };

/** Value objects of the grammar's tree → the placeholders they came from. */
export type ValueMarkers = ReadonlyMap<unknown, string>;

interface GrammarNode {
  readonly type?: string;
  readonly name?: string;
  readonly args?: readonly unknown[];
  readonly path?: Path;
  readonly val?: unknown;
}

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];

/** Reads the grammar's condition tree. */
export function readCondition(tree: unknown, markers: ValueMarkers): Condition {
  const node = tree as GrammarNode;
  const args = node.args ?? [];
  if (node.type === 'and' || node.type === 'or') {
    return { kind: node.type, left: readCondition(args[0], markers), right: readCondition(args[1], markers) };
  }
  if (node.type === 'not') return { kind: 'not', of: readCondition(args[0], markers) };
  const [first, second, third] = args.map((arg) => readOperand(arg, markers));
  if (node.type === 'between' && first && second && third) {
    return { kind: 'between', value: first, low: second, high: third };
  }
  if (node.type === 'in' && first) {
    return { kind: 'in', value: first, options: args.slice(1).map((arg) => readOperand(arg, markers)) };
  }
  if (node.type === 'function' && node.name !== undefined) {
    return { kind: 'function', name: node.name, operands: args.map((arg) => readOperand(arg, markers)) };
  }
  if (isComparator(node.type) && first && second) {
    return { kind: 'compare', comparator: node.type, left: first, right: second };
  }
  throw new Error(`unknown condition ${JSON.stringify(tree)}`);
}

function isComparator(type: string | undefined): type is Comparator {
  return type !== undefined && COMPARATORS.includes(type);
}

function readOperand(tree: unknown, markers: ValueMarkers): Operand {
  if (Array.isArray(tree)) return { kind: 'path', path: tree as Path };
  const placeholder = markers.get(tree);
  if (placeholder !== undefined) return { kind: 'value', placeholder };
  const node = tree as GrammarNode;
  if (node.type === 'function' && node.name === 'size') {
    return { kind: 'size', of: readOperand(node.args?.[0], markers) };
  }
  throw new Error(`unknown operand ${JSON.stringify(tree)}`);
}

/** Reads the grammar's update sections, in the order of the text. */
export function readUpdateSections(sections: readonly unknown[], markers: ValueMarkers): readonly UpdateSection[] {
  return sections.map((section) => readUpdateSection(section as GrammarNode, markers));
}

function readUpdateSection(node: GrammarNode, markers: ValueMarkers): UpdateSection {
  const { type, path, val } = node;
  if (path && type === 'set') return { kind: 'set', path, assigned: readAssigned(val, markers) };
  if (path && type === 'remove') return { kind: 'remove', path };
  const placeholder = markers.get(val);
  if (path && placeholder !== undefined && (type === 'add' || type === 'delete')) {
    return { kind: type, path, placeholder };
  }
  throw new Error(`unknown update ${JSON.stringify(node)}`);
}

function readAssigned(tree: unknown, markers: ValueMarkers): Assigned {
  if (Array.isArray(tree)) return { kind: 'path', path: tree as Path };
  const placeholder = markers.get(tree);
  if (placeholder !== undefined) return { kind: 'value', placeholder };
  const { type, name, args = [] } = tree as GrammarNode;
  if (type === 'function' && name === 'if_not_exists') {
    return { kind: 'ifNotExists', path: args[0] as Path, otherwise: readAssigned(args[1], markers) };
  }
  const kind = type === 'function' && name === 'list_append' ? 'append' : type;
  if (kind === 'add' || kind === 'subtract' || kind === 'append') {
    return { kind, left: readAssigned(args[0], markers), right: readAssigned(args[1], markers) };
  }
  throw new Error(`unknown assignment ${JSON.stringify(tree)}`);
}
