/**
 * Input shapes as AWS's service models describe them (length, range, pattern, enumeration, required members), checked
 * the way AWS front ends do: every violation is found, and named by its path in lower camel case. Members that a shape
 * does not know are ignored, as the JSON protocols do.
 */

export type ViolationKind =
  | 'type'
  | 'required'
  | 'pattern'
  | 'minLength'
  | 'maxLength'
  | 'minValue'
  | 'maxValue'
  | 'enum'
  | 'union';

export interface Violation {
  readonly kind: ViolationKind;
  /** `tags.1.member.key` */
  readonly path: string;
  /** As shown in the message; undefined for sensitive values. */
  readonly shown?: string;
  /** `Member must …`; for `type` what was expected instead. */
  readonly constraint: string;
}

export interface Shape<T> {
  violations(value: unknown, path: string, sensitive: boolean): Violation[];
  /** Never present; it carries the type that a value without violations has. */
  readonly valid?: T;
}

export type Valid<S> = S extends Shape<infer T> ? T : never;

interface StringRules {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly sensitive?: boolean;
}

/** A pattern with `\p{…}` needs Unicode mode; others keep the looser grammar that AWS's models are written in. */
function compile(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '');
}

export function text(rules: StringRules = {}): Shape<string> {
  const pattern = rules.pattern === undefined ? undefined : compile(rules.pattern);
  return {
    violations(value, path, sensitive) {
      if (typeof value !== 'string') return [wrongType(path, 'String')];
      const shown = sensitive || rules.sensitive ? {} : { shown: `'${value}'` };
      const found = lengthViolations(value.length, path, rules, shown);
      if (pattern && !pattern.test(value)) {
        const constraint = `Member must satisfy regular expression pattern: ${rules.pattern}`;
        found.push({ kind: 'pattern', path, constraint, ...shown });
      }
      return found;
    },
  };
}

export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return {
    violations(value, path) {
      if (typeof value !== 'string') return [wrongType(path, 'String')];
      if (values.some((allowed) => allowed === value)) return [];
      const constraint = `Member must satisfy enum value set: [${values.join(', ')}]`;
      return [{ kind: 'enum', path, shown: `'${value}'`, constraint }];
    },
  };
}

export function integer(rules: { readonly min: number; readonly max: number }): Shape<number> {
  return {
    violations(value, path) {
      if (typeof value !== 'number' || !Number.isInteger(value)) return [wrongType(path, 'Integer')];
      const shown = `'${value}'`;
      if (value < rules.min) {
        const constraint = `Member must have value greater than or equal to ${rules.min}`;
        return [{ kind: 'minValue', path, shown, constraint }];
      }
      if (value <= rules.max) return [];
      const constraint = `Member must have value less than or equal to ${rules.max}`;
      return [{ kind: 'maxValue', path, shown, constraint }];
    },
  };
}

export function flag(): Shape<boolean> {
  return { violations: (value, path) => (typeof value === 'boolean' ? [] : [wrongType(path, 'Boolean')]) };
}

/** A value of any JSON type (AWS: a *document*). */
export function document(): Shape<unknown> {
  return { violations: () => [] };
}

export function list<T>(of: Shape<T>, rules: { readonly min?: number; readonly max?: number } = {}): Shape<T[]> {
  return {
    violations(value, path, sensitive) {
      if (!Array.isArray(value)) return [wrongType(path, 'List')];
      const shown = { shown: sensitive ? '' : `'${JSON.stringify(value)}'` };
      const found = lengthViolations(value.length, path, rules, shown);
      value.forEach((item, index) => {
        found.push(...of.violations(item, `${path}.${index + 1}.member`, sensitive));
      });
      return found;
    },
  };
}

export function mapOf<T>(of: Shape<T>): Shape<Record<string, T>> {
  return {
    violations(value, path, sensitive) {
      if (!isRecord(value)) return [wrongType(path, 'Map')];
      return Object.entries(value).flatMap(([key, item]) => of.violations(item, `${path}.${key}.member`, sensitive));
    },
  };
}

type Members = Readonly<Record<string, Shape<unknown>>>;
export type Structure<R extends Members, O extends Members> = {
  [K in keyof R]: Valid<R[K]>;
} & { [K in keyof O]?: Valid<O[K]> };

/** A structure; `null` counts as absent, as in the JSON protocols. */
export function structure<R extends Members, O extends Members = Record<never, never>>(
  required: R,
  optional?: O,
): Shape<Structure<R, O>> {
  return {
    violations(value, path, sensitive) {
      if (!isRecord(value)) return [wrongType(path, 'Structure')];
      const found: Violation[] = [];
      for (const [name, shape] of Object.entries({ ...required, ...optional })) {
        const member = value[name];
        const memberPath = path === '' ? lowerFirst(name) : `${path}.${lowerFirst(name)}`;
        if (member !== undefined && member !== null) found.push(...shape.violations(member, memberPath, sensitive));
        else if (name in required) found.push(missing(memberPath));
      }
      return found;
    },
  };
}

/** A structure of which exactly one member must be given. */
export function union<O extends Members>(members: O): Shape<Structure<Record<never, never>, O>> {
  const whole = structure({}, members);
  return {
    violations(value, path, sensitive) {
      const given = isRecord(value) ? Object.keys(members).filter((name) => value[name] != null) : [];
      if (isRecord(value) && given.length !== 1) {
        return [{ kind: 'union', path, constraint: 'Member must have exactly one value set' }];
      }
      return whole.violations(value, path, sensitive);
    },
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function lengthViolations(
  length: number,
  path: string,
  rules: { readonly min?: number; readonly max?: number },
  shown: { readonly shown?: string },
): Violation[] {
  const found: Violation[] = [];
  if (rules.min !== undefined && length < rules.min) {
    const constraint = `Member must have length greater than or equal to ${rules.min}`;
    found.push({ kind: 'minLength', path, constraint, ...shown });
  }
  if (rules.max !== undefined && length > rules.max) {
    const constraint = `Member must have length less than or equal to ${rules.max}`;
    found.push({ kind: 'maxLength', path, constraint, ...shown });
  }
  return found;
}

function missing(path: string): Violation {
  return { kind: 'required', path, shown: 'null', constraint: 'Member must not be null' };
}

function wrongType(path: string, expected: string): Violation {
  return { kind: 'type', path, constraint: expected };
}
