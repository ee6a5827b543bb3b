import type { AssemblyStack } from './cloud-assembly';
import { evaluateCondition, type IntrinsicScope } from './intrinsics';
import { pseudoParameter } from './pseudo-parameters';
import { isRecord, type ResourceOutput } from './resource';

/** The exports of all stacks that are deployed already: unique per account and Region, as in CloudFormation. */
export class StackExports {
  private readonly values = new Map<string, string>();

  add(stack: AssemblyStack, name: string, value: string): void {
    const key = this.key(stack, name);
    if (this.values.has(key)) throw new Error(`Export with name ${name} is already exported by another stack`);
    this.values.set(key, value);
  }

  get(stack: AssemblyStack, name: string): string {
    const value = this.values.get(this.key(stack, name));
    if (value === undefined) throw new Error(`No export named ${name} found`);
    return value;
  }

  private key(stack: AssemblyStack, name: string): string {
    return `${stack.accountId}/${stack.region}/${name}`;
  }
}

/** What the intrinsics of one stack see while it is deployed: grows with every resource that is created. */
export class StackScope implements IntrinsicScope {
  private readonly created = new Map<string, ResourceOutput>();

  constructor(
    private readonly stack: AssemblyStack,
    private readonly exports: StackExports,
  ) {}

  addResource(logicalId: string, output: ResourceOutput): void {
    this.created.set(logicalId, output);
  }

  /** Whether an element is part of the stack: it has no condition, or its condition is true. */
  isIncluded(element: { readonly Condition?: string }): boolean {
    return element.Condition === undefined || this.condition(element.Condition);
  }

  ref(name: string): unknown {
    const pseudo = pseudoParameter(name, this.stack);
    if (pseudo !== undefined) return pseudo;
    const parameter = this.stack.template.Parameters[name];
    if (parameter?.Type === 'CommaDelimitedList') return String(parameter.Default).split(',');
    if (parameter) return parameter.Default;
    return this.resource(name).ref;
  }

  attribute(logicalId: string, attribute: string): string {
    const value = this.resource(logicalId).attributes[attribute];
    if (value !== undefined) return value;
    const type = this.stack.template.Resources[logicalId]?.Type;
    throw new Error(`Attribute ${attribute} of ${logicalId} (${type}) is not implemented by the local cloud`);
  }

  condition(name: string): boolean {
    if (!Object.hasOwn(this.stack.template.Conditions, name)) throw new Error(`Condition ${name} does not exist`);
    return evaluateCondition(this.stack.template.Conditions[name], this);
  }

  mapping(map: string, topLevelKey: string, secondLevelKey: string): unknown {
    const top = this.stack.template.Mappings[map];
    const second = isRecord(top) ? top[topLevelKey] : undefined;
    const value = isRecord(second) ? second[secondLevelKey] : undefined;
    if (value === undefined) throw new Error(`Mappings has no ${map}.${topLevelKey}.${secondLevelKey}`);
    return value;
  }

  importValue(exportName: string): string {
    return this.exports.get(this.stack, exportName);
  }

  private resource(logicalId: string): ResourceOutput {
    const output = this.created.get(logicalId);
    if (!output) throw new Error(`${logicalId} is referred to, but it is not part of the stack (yet)`);
    return output;
  }
}
