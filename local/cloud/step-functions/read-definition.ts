import jsonata from 'jsonata';
import { isRecord } from '../../assembly/resource';
import { ServiceFault } from '../service';
import type { Definition } from './definition';
import { expressionIn } from './expressions';
import { checkRecovery, type Findings } from './read-recovery';
import {
  BRANCH_FIELDS,
  CATCH_FIELDS,
  CHOICE_FIELDS,
  MACHINE_FIELDS,
  PROCESSOR_FIELDS,
  REQUIRED_FIELDS,
  STATE_FIELDS,
  TEMPLATE_FIELDS,
} from './state-fields';

type Fields = Readonly<Record<string, unknown>>;

/** AWS: names of states and variables. */
const NAME_LENGTH = 80;
const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
/** AWS: a definition may have 1 MiB. */
const DEFINITION_BYTES = 1024 * 1024;

/**
 * Reads and checks a state machine. Everything that Step Functions would refuse and everything that the interpreter
 * does not know is refused at once, by name.
 * @param refuseResource why a task resource cannot be used, or undefined
 * @throws ServiceFault InvalidDefinition with every problem and its path
 */
export function readDefinition(text: string, refuseResource: (resource: string) => string | undefined): Definition {
  if (Buffer.byteLength(text) > DEFINITION_BYTES) throw invalid(['the definition is larger than 1 MiB']);
  const definition = parse(text);
  const reader = new DefinitionReader(refuseResource);
  reader.readMachine(definition);
  if (reader.problems.length > 0) throw invalid(reader.problems);
  // Every field has been checked above.
  return definition as unknown as Definition;
}

function parse(text: string): Fields {
  try {
    const definition: unknown = JSON.parse(text);
    if (isRecord(definition)) return definition;
  } catch {
    // Both cases are the same refusal.
  }
  throw invalid(['the definition is not a JSON object']);
}

function invalid(problems: readonly string[]): ServiceFault {
  return new ServiceFault('InvalidDefinition', `Invalid State Machine Definition: '${problems.join('; ')}'`);
}

class DefinitionReader implements Findings {
  readonly problems: string[] = [];
  private readonly stateNames = new Set<string>();

  constructor(private readonly refuseResource: (resource: string) => string | undefined) {}

  add(path: string, message: string): void {
    this.problems.push(`${message} at ${path === '' ? '/' : path}`);
  }

  readMachine(definition: Fields): void {
    this.refuseUnknown(definition, MACHINE_FIELDS, '');
    if (definition.QueryLanguage !== 'JSONata') {
      this.add('/QueryLanguage', 'the local cloud implements only the query language JSONata, not JSONPath');
    }
    const { TimeoutSeconds } = definition;
    if (TimeoutSeconds !== undefined && !isWhole(TimeoutSeconds, 1)) this.add('/TimeoutSeconds', 'not a whole number');
    this.readBlock(definition, '', new Set());
  }

  private readBlock(block: Fields, path: string, outerVariables: ReadonlySet<string>): void {
    if (!isRecord(block.States) || Object.keys(block.States).length === 0) {
      this.add(`${path}/States`, 'States must be an object with at least one state');
      return;
    }
    const states = block.States;
    const variables = new Set([...outerVariables, ...assignedIn(states)]);
    this.checkTarget(block.StartAt, states, `${path}/StartAt`);
    for (const [name, state] of Object.entries(states)) {
      const at = `${path}/States/${name}`;
      if (this.stateNames.has(name)) this.add(at, `duplicate state name ${name}`);
      this.stateNames.add(name);
      if (name.length > NAME_LENGTH) this.add(at, `a state name has at most ${NAME_LENGTH} characters`);
      if (isRecord(state)) this.readState(state, states, at, outerVariables, variables);
      else this.add(at, 'a state must be an object');
    }
    this.checkReachable(block.StartAt, states, path);
  }

  private readState(
    state: Fields,
    siblings: Fields,
    path: string,
    outerVariables: ReadonlySet<string>,
    variables: ReadonlySet<string>,
  ): void {
    const type = String(state.Type);
    const fields = STATE_FIELDS[type];
    if (fields === undefined) {
      this.add(`${path}/Type`, `state type ${type} is not implemented by the local cloud`);
      return;
    }
    this.refuseUnknown(state, fields, path);
    if (state.QueryLanguage !== undefined && state.QueryLanguage !== 'JSONata') {
      this.add(`${path}/QueryLanguage`, 'the local cloud implements only the query language JSONata, not JSONPath');
    }
    for (const name of REQUIRED_FIELDS[type] ?? []) {
      if (state[name] === undefined) this.add(path, `${type} needs ${name}`);
    }
    this.readTemplates(state, path);
    this.checkAssign(state.Assign, `${path}/Assign`, outerVariables);
    if (fields.includes('Next')) this.checkTransition(state, siblings, path);
    this.readRecovery(state, siblings, path, outerVariables);
    this.readType(state, siblings, path, outerVariables, variables);
  }

  private readType(
    state: Fields,
    siblings: Fields,
    path: string,
    outerVariables: ReadonlySet<string>,
    variables: ReadonlySet<string>,
  ): void {
    if (state.Type === 'Task') this.readTask(state, path);
    if (state.Type === 'Choice') this.readChoice(state, siblings, path, outerVariables);
    if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined)) {
      this.add(path, 'Wait needs either Seconds or Timestamp');
    }
    if (state.Type === 'Map' && isRecord(state.ItemProcessor)) {
      this.readProcessor(state.ItemProcessor, `${path}/ItemProcessor`, variables);
    }
    if (state.Type === 'Parallel') this.readBranches(state.Branches, path, variables);
  }

  private readTask(state: Fields, path: string): void {
    if (typeof state.Resource !== 'string') return;
    const refusal = this.refuseResource(state.Resource);
    if (refusal !== undefined) this.add(`${path}/Resource`, refusal);
  }

  private readProcessor(processor: Fields, path: string, variables: ReadonlySet<string>): void {
    this.refuseUnknown(processor, PROCESSOR_FIELDS, path);
    const config = processor.ProcessorConfig ?? { Mode: 'INLINE' };
    if (!isRecord(config) || config.Mode !== 'INLINE' || Object.keys(config).length > 1) {
      this.add(`${path}/ProcessorConfig`, 'the local cloud implements only the map mode INLINE');
    }
    this.readBlock(processor, path, variables);
  }

  private readBranches(branches: unknown, path: string, variables: ReadonlySet<string>): void {
    if (!Array.isArray(branches) || branches.length === 0 || !branches.every(isRecord)) {
      this.add(`${path}/Branches`, 'Branches must be a list of objects');
      return;
    }
    for (const [index, branch] of branches.entries()) {
      this.refuseUnknown(branch, BRANCH_FIELDS, `${path}/Branches[${index}]`);
      this.readBlock(branch, `${path}/Branches[${index}]`, variables);
    }
  }

  private readChoice(state: Fields, siblings: Fields, path: string, outer: ReadonlySet<string>): void {
    const rules = Array.isArray(state.Choices) ? state.Choices : [];
    if (rules.length === 0) this.add(`${path}/Choices`, 'Choices must be a list with at least one rule');
    for (const [index, rule] of rules.entries()) {
      const at = `${path}/Choices[${index}]`;
      if (!isRecord(rule) || rule.Condition === undefined) {
        this.add(at, 'a rule needs a Condition');
        continue;
      }
      this.refuseUnknown(rule, CHOICE_FIELDS, at);
      this.readTemplates(rule, at);
      this.checkAssign(rule.Assign, `${at}/Assign`, outer);
      this.checkTarget(rule.Next, siblings, `${at}/Next`);
      const { Condition } = rule;
      const isExpression = typeof Condition === 'string' && expressionIn(Condition) !== undefined;
      if (!isExpression && typeof Condition !== 'boolean')
        this.add(`${at}/Condition`, 'neither expression nor boolean');
    }
    if (state.Default !== undefined) this.checkTarget(state.Default, siblings, `${path}/Default`);
  }

  private readRecovery(state: Fields, siblings: Fields, path: string, outer: ReadonlySet<string>): void {
    checkRecovery(state, path, this);
    const catchers = Array.isArray(state.Catch) ? state.Catch.filter(isRecord) : [];
    for (const [index, catcher] of catchers.entries()) {
      const at = `${path}/Catch[${index}]`;
      this.refuseUnknown(catcher, CATCH_FIELDS, at);
      this.readTemplates(catcher, at);
      this.checkAssign(catcher.Assign, `${at}/Assign`, outer);
      this.checkTarget(catcher.Next, siblings, `${at}/Next`);
    }
  }

  private checkTransition(state: Fields, siblings: Fields, path: string): void {
    if ((state.Next === undefined) === (state.End !== true)) {
      this.add(path, 'a state needs either Next or "End": true');
    }
    if (state.Next !== undefined) this.checkTarget(state.Next, siblings, `${path}/Next`);
  }

  private checkTarget(target: unknown, states: Fields, path: string): void {
    if (typeof target === 'string' && Object.hasOwn(states, target)) return;
    this.add(path, `MISSING_TRANSITION_TARGET: there is no state ${String(target)}`);
  }

  /** AWS: a state that no transition leads to is refused. */
  private checkReachable(start: unknown, states: Fields, path: string): void {
    const reached = new Set<string>();
    const next = [String(start)];
    for (let name = next.pop(); name !== undefined; name = next.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      next.push(...targetsOf(states[name]));
    }
    for (const name of Object.keys(states)) {
      if (!reached.has(name)) this.add(`${path}/States/${name}`, `state ${name} is not reachable`);
    }
  }

  /** AWS: an inner block may read the variables of outer ones, but not assign a variable of the same name. */
  private checkAssign(assign: unknown, path: string, outerVariables: ReadonlySet<string>): void {
    if (assign === undefined) return;
    if (!isRecord(assign)) this.add(path, 'Assign must be an object');
    for (const name of isRecord(assign) ? Object.keys(assign) : []) {
      if (!VARIABLE_NAME.test(name) || name.length > NAME_LENGTH) this.add(path, `${name} is no variable name`);
      if (name === 'states') this.add(path, 'the variable states is reserved');
      if (outerVariables.has(name)) this.add(path, `the variable ${name} belongs to an outer scope`);
    }
  }

  private readTemplates(fields: Fields, path: string): void {
    for (const [name, value] of Object.entries(fields)) {
      if (TEMPLATE_FIELDS.includes(name)) this.readTemplate(value, `${path}/${name}`);
    }
  }

  private readTemplate(template: unknown, path: string): void {
    if (typeof template === 'string') this.readExpression(template, path);
    else if (Array.isArray(template)) {
      for (const [index, item] of template.entries()) this.readTemplate(item, `${path}[${index}]`);
    } else if (isRecord(template)) {
      for (const [name, value] of Object.entries(template)) this.readTemplate(value, `${path}/${name}`);
    }
  }

  private readExpression(text: string, path: string): void {
    const expression = expressionIn(text);
    if (expression === undefined) {
      if (text.startsWith('{%') || text.endsWith('%}'))
        this.add(path, 'an expression must begin with {% and end with %}');
      return;
    }
    try {
      jsonata(expression);
    } catch (error) {
      const { message } = error as { message?: string };
      this.add(path, `INVALID_JSONATA_EXPRESSION: ${message}`);
    }
    // AWS: Step Functions has no $eval.
    if (/\$eval\b/.test(expression)) this.add(path, 'the function $eval is not supported');
  }

  private refuseUnknown(fields: Fields, known: readonly string[], path: string): void {
    for (const name of Object.keys(fields)) {
      if (!known.includes(name)) this.add(`${path}/${name}`, `field ${name} is not implemented by the local cloud`);
    }
  }
}

function isWhole(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least;
}

function targetsOf(state: unknown): string[] {
  if (!isRecord(state)) return [];
  const rules = [state.Choices, state.Catch].flatMap((list) => (Array.isArray(list) ? list.filter(isRecord) : []));
  return [state.Next, state.Default, ...rules.map((rule) => rule.Next)].filter((name) => typeof name === 'string');
}

function assignedIn(states: Fields): string[] {
  const states_ = Object.values(states).filter(isRecord);
  const rules = states_.flatMap((state) =>
    [state.Choices, state.Catch].flatMap((list) => (Array.isArray(list) ? list.filter(isRecord) : [])),
  );
  return [...states_, ...rules].flatMap(({ Assign }) => (isRecord(Assign) ? Object.keys(Assign) : []));
}
