import { isRecord, optionalRecord, optionalString, refuseUnknownProperties } from '../../assembly/resource';
import { ServiceFault } from '../service';
import type { EventEnvelope } from './event';

const TYPE = 'AWS::Events::Rule';

/** What a rule knows when it makes the input of a target. */
export interface RuleFacts {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestionTime: string;
}

/** Makes the JSON text that a target receives. */
export type TargetInput = (event: EventEnvelope, facts: RuleFacts) => string;

/** Reads `Input`, `InputPath` or `InputTransformer` of a target; without them it receives the whole event. */
export function readTargetInput(target: Readonly<Record<string, unknown>>): TargetInput {
  const given = ['Input', 'InputPath', 'InputTransformer'].filter((name) => target[name] !== undefined);
  if (given.length > 1) throw new ServiceFault('ValidationException', `Only one of ${given.join(', ')} can be given`);
  const constant = optionalString(TYPE, target, 'Input');
  if (constant !== undefined) return constantInput(constant);
  const path = optionalString(TYPE, target, 'InputPath');
  if (path !== undefined) {
    const find = readPath(path);
    return (event) => JSON.stringify(find(event) ?? null);
  }
  const transformer = optionalRecord(TYPE, target, 'InputTransformer');
  return transformer === undefined ? (event) => JSON.stringify(event) : transformedInput(transformer);
}

function constantInput(text: string): TargetInput {
  try {
    JSON.parse(text);
  } catch {
    throw new ServiceFault('ValidationException', 'The Input of a target must be valid JSON');
  }
  return () => text;
}

function transformedInput(transformer: Readonly<Record<string, unknown>>): TargetInput {
  const implemented = ['InputPathsMap', 'InputTemplate'];
  refuseUnknownProperties(TYPE, transformer, { implemented }, 'InputTransformer.');
  const template = optionalString(TYPE, transformer, 'InputTemplate');
  const paths = optionalRecord(TYPE, transformer, 'InputPathsMap') ?? {};
  if (template === undefined) throw new ServiceFault('ValidationException', 'InputTransformer needs an InputTemplate');
  const finders = new Map(Object.entries(paths).map(([name, path]) => [name, readPath(String(path))]));
  for (const [, name = ''] of template.matchAll(/<([^<>]+)>/g)) {
    if (!finders.has(name) && !name.startsWith('aws.events.')) {
      throw new ServiceFault('ValidationException', `InputTemplate for target contains invalid placeholder ${name}.`);
    }
  }
  return (event, facts) =>
    fillTemplate(template, (name) => finders.get(name)?.(event) ?? reserved(name, event, facts) ?? '');
}

function reserved(name: string, event: EventEnvelope, facts: RuleFacts): unknown {
  const { detail, ...withoutDetail } = event;
  const values: Readonly<Record<string, unknown>> = {
    'aws.events.rule-arn': facts.ruleArn,
    'aws.events.rule-name': facts.ruleName,
    'aws.events.event.ingestion-time': facts.ingestionTime,
    'aws.events.event': withoutDetail,
    'aws.events.event.json': { ...withoutDetail, detail },
  };
  return values[name];
}

/** AWS: outside quotation marks a value is inserted as JSON, inside as text without its quotation marks. */
function fillTemplate(template: string, lookUp: (name: string) => unknown): string {
  let quoted = false;
  const filled = template.replace(/\\.|"|<([^<>]+)>/gs, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined) return token;
    const json = JSON.stringify(lookUp(name));
    if (!quoted) return json;
    return typeof lookUp(name) === 'string' ? json.slice(1, -1) : JSON.stringify(json).slice(1, -1);
  });
  try {
    JSON.parse(filled);
  } catch {
    throw new ServiceFault('InvalidInputTransformation', 'The transformed input is not valid JSON');
  }
  return filled;
}

/** `$`, `$.detail.name`, `$.resources[0]`, `$.detail['a-b']`; wildcards are refused. */
function readPath(path: string): (event: unknown) => unknown {
  const steps = [...path.slice(1).matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']+)'\]/g)];
  const length = steps.reduce((sum, [step]) => sum + step.length, 1);
  if (!path.startsWith('$') || length !== path.length || path.includes('*')) {
    throw new ServiceFault('ValidationException', `JSON path not implemented by the local cloud: ${path}`);
  }
  return (event) =>
    steps.reduce<unknown>((value, [, name, index, quotedName]) => {
      if (index !== undefined) return Array.isArray(value) ? value[Number(index)] : undefined;
      const key = name ?? quotedName ?? '';
      return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    }, event);
}
