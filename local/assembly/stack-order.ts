import type { AssemblyStack } from './cloud-assembly';

/**
 * The stacks in the order in which they are named by the last part of their names (`organization`, `controller`, …);
 * those not named come after, in the order of the assembly. Throws if a name fits no stack or more than one.
 */
export function orderStacks(stacks: readonly AssemblyStack[], order: readonly string[]): readonly AssemblyStack[] {
  const named = order.map((name) => {
    const [stack, ...others] = stacks.filter(
      (candidate) => candidate.stackName === name || candidate.stackName.endsWith(`-${name}`),
    );
    if (stack && others.length === 0) return stack;
    const known = stacks.map((candidate) => candidate.stackName).join(', ');
    throw new Error(`--order: ${name} names ${stack ? 'more than one stack' : 'no stack'}; the stacks are ${known}`);
  });
  return [...new Set([...named, ...stacks])];
}
