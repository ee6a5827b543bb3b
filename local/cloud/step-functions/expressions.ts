import jsonata from 'jsonata';
import type { Clock, Random } from '../../clock';
import type { Json, Template } from './definition';
import { registerFunctions } from './jsonata-functions';
import { StateError } from './state-error';

/** The JSONata text inside `{% … %}`; undefined when a string is no expression. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

export type Bindings = Readonly<Record<string, unknown>>;

/** Evaluates templates: JSON with JSONata expressions. Compiled expressions are kept. */
export class Expressions {
  private readonly compiled = new Map<string, jsonata.Expression>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /**
   * @param field where the template stands, for messages: `Output`, `Arguments`, `Assign/name`
   * @throws StateError States.QueryEvaluationError when an expression fails or yields nothing
   */
  async evaluate(template: Template, bindings: Bindings, field: string): Promise<Json> {
    if (typeof template === 'string') {
      const text = expressionIn(template);
      return text === undefined ? template : this.evaluateExpression(text, bindings, field);
    }
    if (isList(template)) {
      const items: Json[] = [];
      for (const [index, item] of template.entries()) {
        items.push(await this.evaluate(item, bindings, `${field}[${index}]`));
      }
      return items;
    }
    if (typeof template !== 'object' || template === null) return template;
    const result: Record<string, Json> = {};
    for (const [name, value] of Object.entries(template)) {
      result[name] = await this.evaluate(value, bindings, `${field}/${name}`);
    }
    return result;
  }

  private async evaluateExpression(text: string, bindings: Bindings, field: string): Promise<Json> {
    const where = `The JSONata expression '${text}' specified for the field '${field}'`;
    let result: unknown;
    try {
      result = await this.compile(text).evaluate(undefined, { ...bindings });
    } catch (error) {
      throw queryEvaluationError(`${where} threw an error during evaluation. ${describe(error)}`);
    }
    // AWS: nothing is not null; an expression that yields nothing is an error.
    if (result === undefined) throw queryEvaluationError(`${where} returned nothing (undefined).`);
    if (typeof result === 'function' || isInternal(result)) {
      throw queryEvaluationError(`${where} returned an unsupported result type.`);
    }
    return JSON.parse(JSON.stringify(result));
  }

  private compile(text: string): jsonata.Expression {
    const known = this.compiled.get(text);
    if (known !== undefined) return known;
    const expression = jsonata(text);
    registerFunctions(expression, this.clock, this.random);
    this.compiled.set(text, expression);
    return expression;
  }
}

export function queryEvaluationError(cause: string): StateError {
  return new StateError('States.QueryEvaluationError', cause);
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Functions of JSONata are objects with these marks. */
function isInternal(result: unknown): boolean {
  return (
    typeof result === 'object' && result !== null && ('_jsonata_function' in result || '_jsonata_lambda' in result)
  );
}

/** JSONata throws plain objects with a code and a message. */
function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { code, message } = error as { code?: unknown; message?: unknown };
  return [code, message].filter((part) => part !== undefined).join(': ');
}
