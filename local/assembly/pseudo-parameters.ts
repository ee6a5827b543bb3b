import { createHash } from 'node:crypto';
import { NO_VALUE } from './intrinsics';

/** Where a stack lives: what the pseudo parameters of its template yield. */
export interface StackEnvironment {
  readonly stackName: string;
  readonly accountId: string;
  readonly region: string;
}

const VALUES: Readonly<Record<string, (stack: StackEnvironment) => unknown>> = {
  'AWS::AccountId': (stack) => stack.accountId,
  'AWS::NoValue': () => NO_VALUE,
  // The local cloud is in the partition `aws`; other partitions are tested at synth.
  'AWS::Partition': () => 'aws',
  'AWS::Region': (stack) => stack.region,
  'AWS::StackId': (stack) =>
    `arn:aws:cloudformation:${stack.region}:${stack.accountId}:stack/${stack.stackName}/${stableUuid(stack)}`,
  'AWS::StackName': (stack) => stack.stackName,
  'AWS::URLSuffix': () => 'amazonaws.com',
};

export function isPseudoParameter(name: string): boolean {
  return Object.hasOwn(VALUES, name);
}

/** The value of a pseudo parameter, or undefined if there is none of this name. */
export function pseudoParameter(name: string, stack: StackEnvironment): unknown {
  return Object.hasOwn(VALUES, name) ? VALUES[name]?.(stack) : undefined;
}

function stableUuid(stack: StackEnvironment): string {
  const hash = createHash('sha256').update(`${stack.accountId}/${stack.region}/${stack.stackName}`).digest('hex');
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
}
