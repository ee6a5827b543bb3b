import type { AssemblyStack } from './cloud-assembly';
import { creationOrder, dependenciesOf } from './creation-order';
import { DeploymentRefused, messageOf } from './deployment-refused';
import { INERT_TYPES } from './inert-types';
import { resolveIntrinsics } from './intrinsics';
import type { ResourceRegistry } from './registry';
import { isRecord, type ResourceOutput } from './resource';
import { stackProblems } from './stack-check';
import { StackExports, StackScope } from './stack-scope';
import type { TemplateResource } from './template';

/** Stack name → output id and, where the output is exported, export name → value. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Creates the resources of the stacks, one stack after the other in the order given. Throws `DeploymentRefused` with
 * every problem: first those that the templates show by themselves, before anything is created, then those that the
 * models raise; what depends on a resource that failed is left out without a problem of its own.
 */
export async function deployStacks(
  stacks: readonly AssemblyStack[],
  registry: ResourceRegistry,
): Promise<StackOutputs> {
  const visible = stacks.flatMap((stack) => stackProblems(stack, registry));
  if (visible.length > 0) throw new DeploymentRefused(visible);
  const exports = new StackExports();
  const outputs: Record<string, Readonly<Record<string, string>>> = {};
  const problems: string[] = [];
  for (const stack of stacks) {
    const deployment = new StackDeployment(stack, registry, exports);
    outputs[stack.stackName] = await deployment.run();
    problems.push(...deployment.problems.map((problem) => `${stack.stackName}/${problem}`));
  }
  if (problems.length > 0) throw new DeploymentRefused(problems);
  return outputs;
}

/** One stack on its way into the local cloud. */
class StackDeployment {
  readonly problems: string[] = [];
  private readonly scope: StackScope;
  private readonly missing = new Set<string>();

  constructor(
    private readonly stack: AssemblyStack,
    private readonly registry: ResourceRegistry,
    private readonly exports: StackExports,
  ) {
    this.scope = new StackScope(stack, exports);
  }

  async run(): Promise<Readonly<Record<string, string>>> {
    const { Resources } = this.stack.template;
    for (const logicalId of creationOrder(Resources)) {
      const resource = Resources[logicalId];
      if (resource) await this.createUnlessPointless(logicalId, resource);
    }
    return this.missing.size > 0 ? {} : this.collectOutputs();
  }

  private async createUnlessPointless(logicalId: string, resource: TemplateResource): Promise<void> {
    const dependencies = dependenciesOf(resource, this.stack.template.Resources);
    if (dependencies.some((dependency) => this.missing.has(dependency))) {
      this.missing.add(logicalId);
      return;
    }
    try {
      if (!this.scope.isIncluded(resource)) return;
      this.scope.addResource(logicalId, await this.create(logicalId, resource));
    } catch (error) {
      this.missing.add(logicalId);
      this.problems.push(`${logicalId}: ${messageOf(error)}`);
    }
  }

  private async create(logicalId: string, resource: TemplateResource): Promise<ResourceOutput> {
    if (Object.hasOwn(INERT_TYPES, resource.Type)) return { ref: logicalId, attributes: {} };
    const creator = this.registry[resource.Type];
    if (!creator) throw new Error(`resource type ${resource.Type} is not implemented by the local cloud`);
    const properties = resolveIntrinsics(resource.Properties, this.scope);
    const { accountId, region, stackName } = this.stack;
    const input = { accountId, region, stackName, logicalId, properties: isRecord(properties) ? properties : {} };
    return creator(input);
  }

  private collectOutputs(): Readonly<Record<string, string>> {
    const values: Record<string, string> = {};
    for (const [outputId, output] of Object.entries(this.stack.template.Outputs)) {
      try {
        if (!this.scope.isIncluded(output)) continue;
        const value = String(resolveIntrinsics(output.Value, this.scope));
        values[outputId] = value;
        if (output.exportName !== undefined) values[this.export(output.exportName, value)] = value;
      } catch (error) {
        this.problems.push(`${outputId}: ${messageOf(error)}`);
      }
    }
    return values;
  }

  private export(exportName: unknown, value: string): string {
    const name = String(resolveIntrinsics(exportName, this.scope));
    this.exports.add(this.stack, name, value);
    return name;
  }
}
