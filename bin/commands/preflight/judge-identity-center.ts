import type { Expectations } from './expectations';
import type { Facts, InstanceFacts, KeyFacts, PolicyStatement } from './facts';
import { type Found, type Judgement, judgeReading, stops, together, warns } from './finding';
import { matches, principalConditions, principalsOf } from './policy-statement';

/** The instance, who may administer it, and its key. */
export function judgeIdentityCenter(facts: Facts, expectations: Expectations): Judgement {
  const { configuration } = expectations;
  const { identityCenter, management } = configuration;
  const at = { part: 'identity-center', location: identityCenter } as const;
  const inManagement = { part: 'management', location: management } as const;
  return together([
    judgeReading({ ...inManagement, check: 'organization' }, facts.organization, (organization) => {
      const { accountId } = management;
      if (organization.managementAccountId !== accountId) {
        return [
          stops(
            `The organization is managed by the account ${organization.managementAccountId}, not ${accountId}.`,
            `Set PipelineSettings.OrgMainAccountId to ${organization.managementAccountId}.`,
          ),
        ];
      }
      if (organization.featureSet === 'ALL') return [];
      return [
        stops(
          'The organization has consolidated billing only: Identity Center needs all features.',
          'aws organizations enable-all-features',
        ),
      ];
    }),
    judgeReading({ ...at, check: 'instance' }, facts.instances, (instances) => judgeInstances(instances, expectations)),
    judgeReading({ ...inManagement, check: 'delegated-administrator' }, facts.delegatedAdministrators, (accounts) =>
      judgeDelegation(accounts, expectations),
    ),
    ...(facts.key === undefined
      ? []
      : [judgeReading({ ...at, check: 'key' }, facts.key, (key) => judgeKey(key, expectations))]),
  ]);
}

function judgeInstances(instances: readonly InstanceFacts[], { configuration }: Expectations): readonly Found[] {
  const { identityCenter, management, identityCenterInstanceArn: wanted } = configuration;
  const isAccountInstance = ({ ownerAccountId }: InstanceFacts) =>
    ownerAccountId !== undefined && ownerAccountId !== management.accountId;
  const candidates = instances.filter(({ instanceArn }) => wanted === undefined || instanceArn === wanted);
  const usable = candidates.filter((instance) => !isAccountInstance(instance));
  const [instance, ...others] = usable;
  if (instance === undefined) {
    const refused = candidates.filter(isAccountInstance);
    return refused.length > 0 ? refused.map(refuseAccountInstance) : [noInstance(configuration)];
  }
  if (others.length > 0 || (wanted === undefined && candidates.length > 1)) {
    return [
      stops(
        `More than one instance is visible: ${candidates.map(({ instanceArn }) => instanceArn).join(', ')}.`,
        `Set IdentityCenterInstanceArn: ${instance.instanceArn}`,
      ),
    ];
  }
  const found: Found[] = [];
  if (instance.primaryRegion !== undefined && instance.primaryRegion !== identityCenter.region) {
    found.push(
      stops(
        `${instance.instanceArn} has its primary Region in ${instance.primaryRegion}, not ${identityCenter.region}: ` +
          'it is administered and tells its events only there.',
        `Set PipelineSettings.SSOServiceAccountRegion to ${instance.primaryRegion}.`,
      ),
    );
  }
  if (instance.status !== undefined && instance.status !== 'ACTIVE') {
    found.push(
      stops(`${instance.instanceArn} is ${instance.status}, not ACTIVE.`, 'Wait until it is, or ask AWS Support.'),
    );
  }
  if (instance.permissionSetsEnabled === false) {
    found.push(
      stops(
        `Permission sets are not enabled on ${instance.instanceArn}.`,
        `aws sso-admin update-instance --region ${identityCenter.region} --instance-arn ${instance.instanceArn} --permission-sets-enabled`,
      ),
    );
  }
  return [...found, ...judgeConfiguredKey(instance, configuration.identityCenterKmsKeyArn)];
}

function refuseAccountInstance({ instanceArn, ownerAccountId }: InstanceFacts): Found {
  return stops(
    `${instanceArn} is an account instance: it belongs to the account ${ownerAccountId} alone and has no account assignments.`,
    'Enable Identity Center for the organization: in the management account, console of IAM Identity Center, "Enable" ' +
      '(an organization instance). Set IdentityCenterInstanceArn to it if the account instance stays.',
  );
}

function noInstance({ identityCenter, identityCenterInstanceArn: wanted }: Expectations['configuration']): Found {
  const { accountId, region } = identityCenter;
  return stops(
    `No Identity Center instance${wanted === undefined ? '' : ` ${wanted}`} is visible in ${accountId}, ${region}.`,
    'Enable Identity Center for the organization in the management account, or correct ' +
      'PipelineSettings.SSOServiceAccountId, SSOServiceAccountRegion and IdentityCenterInstanceArn.',
  );
}

function judgeConfiguredKey({ instanceArn, kmsKeyArn }: InstanceFacts, configured: string | undefined): Found[] {
  if (kmsKeyArn === configured) return [];
  if (kmsKeyArn === undefined) {
    return [
      warns(
        `IdentityCenterKmsKeyArn is ${configured}, but ${instanceArn} is encrypted with a key that AWS owns.`,
        'Remove IdentityCenterKmsKeyArn from the configuration.',
      ),
    ];
  }
  return [
    stops(
      `${instanceArn} is encrypted with ${kmsKeyArn}, but the configuration ${configured === undefined ? 'names no key' : `names ${configured}`}: every call would be denied.`,
      `Set IdentityCenterKmsKeyArn: ${kmsKeyArn}`,
    ),
  ];
}

function judgeDelegation(accounts: readonly string[], { configuration }: Expectations): readonly Found[] {
  const { identityCenter, management } = configuration;
  const { accountId } = identityCenter;
  if (accountId === management.accountId || accounts.includes(accountId)) return [];
  const other = accounts[0];
  const register = `aws organizations register-delegated-administrator --account-id ${accountId} --service-principal sso.amazonaws.com`;
  return [
    stops(
      `The account ${accountId} is not registered as delegated administrator of Identity Center${other === undefined ? '' : `; ${other} is`}.`,
      other === undefined
        ? `In the management account: ${register}`
        : `Set PipelineSettings.SSOServiceAccountId to ${other}; or, in the management account: ` +
            `aws organizations deregister-delegated-administrator --account-id ${other} --service-principal sso.amazonaws.com && ${register}`,
    ),
  ];
}

function judgeKey(key: KeyFacts | undefined, { configuration, roles }: Expectations): readonly Found[] {
  const arn = configuration.identityCenterKmsKeyArn ?? '';
  if (key === undefined) {
    return [stops(`The key ${arn} does not exist.`, 'Correct IdentityCenterKmsKeyArn in the configuration.')];
  }
  if (key.state !== 'Enabled') {
    return [stops(`The key ${arn} is ${key.state}.`, `aws kms enable-key --key-id ${arn}`)];
  }
  return roles
    .filter((role) => !key.statements.some((statement) => letsDecrypt(statement, role.arn)))
    .map((role) => {
      const [, partition = 'aws', , , account = ''] = role.arn.split(':');
      const statement = {
        Sid: 'IdentityCenterExtensions',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': role.arn } },
      };
      return stops(
        `No statement of the policy of ${arn} lets ${role.arn} decrypt.`,
        `Add this statement with aws kms put-key-policy --key-id ${arn}: ${JSON.stringify(statement)}`,
      );
    });
}

/** Whether a statement is about a role and decrypting. Its conditions are left to KMS but for those that name principals. */
function letsDecrypt({ Effect, Principal, Action, Condition }: PolicyStatement, roleArn: string): boolean {
  if (Effect !== 'Allow') return false;
  const actions = [Action ?? []].flat();
  if (!actions.some((action) => matches(action, 'kms:Decrypt'))) return false;
  const account = roleArn.split(':')[4] ?? '';
  const principals = principalsOf(Principal);
  const names = principals.some(
    (name) => name === '*' || name === account || name === roleArn || name.endsWith(`:iam::${account}:root`),
  );
  const named = principalConditions(Condition);
  return names && (named.length === 0 || named.some((pattern) => matches(pattern, roleArn)));
}
