import type { Configuration } from '../lib/config';
import { UserMessage } from './user-message';
import type { World } from './world/world';

/**
 * Checks that a configuration names accounts and Regions of the organization that is simulated.
 * Throws a `UserMessage` with every difference.
 */
export function requireFit(configuration: Configuration, world: World): void {
  const problems = [
    ...partitionProblems(configuration),
    ...managementProblems(configuration, world),
    ...identityCenterProblems(configuration, world),
    ...memberProblems(configuration, world),
  ];
  if (problems.length === 0) return;
  throw new UserMessage(
    ['The configuration does not fit the organization file:', ...problems.map((problem) => `  ${problem}`)].join('\n'),
  );
}

function partitionProblems({ partition }: Configuration): readonly string[] {
  return partition === 'aws' ? [] : [`the local cloud is in the partition aws, the configuration in ${partition}`];
}

function managementProblems({ management }: Configuration, world: World): readonly string[] {
  if (management.accountId === world.managementAccountId) return [];
  return [`OrgMainAccountId is ${management.accountId}, the management account ${world.managementAccountId}`];
}

function identityCenterProblems({ identityCenter }: Configuration, world: World): readonly string[] {
  const { settings } = world;
  const administrators = [settings.managementAccountId, settings.delegatedAdministratorAccountId];
  const accountProblem = administrators.includes(identityCenter.accountId)
    ? []
    : [
        `SSOServiceAccountId ${identityCenter.accountId} is neither the management account nor identityCenter.delegatedAdministratorAccountId`,
      ];
  const regionProblem =
    identityCenter.region === settings.region
      ? []
      : [`SSOServiceAccountRegion is ${identityCenter.region}, identityCenter.region ${settings.region}`];
  return [...accountProblem, ...regionProblem];
}

function memberProblems({ target }: Configuration, world: World): readonly string[] {
  if (world.accountIds().includes(target.accountId)) return [];
  return [`TargetAccountId ${target.accountId} is no account of the organization`];
}
