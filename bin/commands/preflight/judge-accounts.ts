import {
  type Expectations,
  type ExpectedRole,
  type ExpectedStack,
  type Part,
  POLICY_FILES,
  placeText,
} from './expectations';
import type { ConcurrencyFacts, Facts, PolicyStatement, QuotaFacts } from './facts';
import { absent, type Found, type Judgement, judgeReading, redeploy, stops, together, warns } from './finding';
import { principalConditions, principalsOf } from './policy-statement';

/** CDK: templates of this kind need nothing newer. */
const OLDEST_BOOTSTRAP = 6;
/** One of each function at the same time, and a few more of those behind the API. New accounts may have 10. */
const NEEDED_CONCURRENCY = 30;
const WANTED_CONCURRENCY = 100;
/** Above this part of a quota there is little room for more. */
const NEARLY_FULL = 0.9;
const NOT_LOOKED = { isRead: false as const, why: 'it was not looked at' };

/** What the accounts have to have: bootstrap, roles, room for functions, and quotas. */
export function judgeAccounts(facts: Facts, expectations: Expectations, isDeployed: boolean): Judgement {
  const { configuration, stacks, roles } = expectations;
  const target = { part: 'target', location: configuration.target } as const;
  return together([
    ...bootstrapPlaces(expectations).map(({ part, location, policyFiles }) =>
      judgeReading(
        { check: 'bootstrap', part, location },
        facts.bootstrap[placeText(location)] ?? NOT_LOOKED,
        (version) => judgeBootstrap(version, { part, location, policyFiles }, stacks, configuration),
      ),
    ),
    ...roles.map((role) =>
      judgeReading({ check: 'role', ...role }, facts.roles[role.role] ?? NOT_LOOKED, (statements) =>
        judgeTrust(statements, role, configuration.target.accountId, isDeployed),
      ),
    ),
    ...callerRoles(expectations).map(([key, arn]) =>
      judgeReading({ ...target, check: 'caller-role' }, facts.callerRoles[arn] ?? NOT_LOOKED, (exists) =>
        exists
          ? []
          : [stops(`The role ${arn} does not exist.`, `Create it, or correct Parameters.${key} in the configuration.`)],
      ),
    ),
    judgeReading({ ...target, check: 'concurrency' }, facts.concurrency, (found) =>
      judgeConcurrency(found, configuration.target.region),
    ),
    judgeReading({ ...target, check: 'api-log-role' }, facts.apiGatewayLogRole, (arn) =>
      arn === undefined ? [noLogRole(configuration.target.region)] : [],
    ),
    ...judgeQuotas(facts, expectations),
  ]);
}

export function callerRoles({ configuration }: Expectations): readonly (readonly [string, string])[] {
  return [
    ['LinkCallerRoleArn', configuration.linkCallerRoleArn],
    ['PermissionSetCallerRoleArn', configuration.permissionSetCallerRoleArn],
  ];
}

export type BootstrapPlace = Omit<ExpectedStack, 'name'>;

/** Each account and Region once, with the policies of all stacks of the account: CloudFormation has one role there. */
export function bootstrapPlaces({ stacks, configuration }: Expectations): BootstrapPlace[] {
  const places = new Map<string, BootstrapPlace>();
  const { pipeline } = configuration;
  const pipelineStack = pipeline && {
    part: 'deployment' as const,
    location: pipeline.location,
    policyFiles: POLICY_FILES.deployment,
  };
  for (const { part, location, policyFiles } of [...stacks, ...(pipelineStack ? [pipelineStack] : [])]) {
    const known = places.get(placeText(location));
    const files = new Set([...(known?.policyFiles ?? []), ...policyFiles]);
    places.set(placeText(location), { part: known?.part ?? part, location, policyFiles: [...files] });
  }
  return [...places.values()];
}

function judgeBootstrap(
  version: number | undefined,
  place: BootstrapPlace,
  stacks: readonly ExpectedStack[],
  configuration: Expectations['configuration'],
): readonly Found[] {
  if (version !== undefined && version >= OLDEST_BOOTSTRAP) return [];
  const { bootstrapQualifier: qualifier } = configuration;
  const missing =
    version === undefined
      ? `The account is not bootstrapped in ${place.location.region} with the qualifier ${qualifier}`
      : `The bootstrap with the qualifier ${qualifier} is of version ${version}, older than ${OLDEST_BOOTSTRAP}`;
  const used = stacks.filter(({ location }) => placeText(location) === placeText(place.location));
  const needs = used.length > 0 ? `: the stack ${used.map(({ name }) => name).join(', ')} cannot be deployed.` : '.';
  return [stops(`${missing}${needs}`, bootstrapCommand(place, configuration))];
}

/** The command that bootstraps a place with the policies that its stacks need. */
export function bootstrapCommand(
  { location: { accountId, region }, policyFiles }: BootstrapPlace,
  { bootstrapQualifier, partition, pipeline, environment }: Expectations['configuration'],
): string {
  const policies = policyFiles.map(
    (file) => `arn:${partition}:iam::${accountId}:policy/${policyName(environment, file)}`,
  );
  const trusted =
    pipeline !== undefined && pipeline.location.accountId !== accountId ? pipeline.location.accountId : undefined;
  return [
    `npx cdk bootstrap aws://${accountId}/${region} --qualifier ${bootstrapQualifier}`,
    ...(bootstrapQualifier === 'hnb659fds' ? [] : [`--toolkit-stack-name CDKToolkit-${bootstrapQualifier}`]),
    ...(trusted === undefined ? [] : [`--trust ${trusted}`]),
    ...(policies.length === 0 ? [] : [`--cloudformation-execution-policies ${policies.join(',')}`]),
  ].join(' ');
}

/** Name of the managed policy that is made from a file of execution policies. */
export function policyName(environment: string, file: string): string {
  return `${environment}-cdk-${file}`;
}

function judgeTrust(
  statements: readonly PolicyStatement[] | undefined,
  role: ExpectedRole,
  targetAccountId: string,
  isDeployed: boolean,
): readonly Found[] {
  if (statements === undefined) return isDeployed ? [absent(`The role ${role.name}`, role.stack)] : [];
  const trusted = new Set<string>();
  for (const { Effect, Principal, Condition } of statements) {
    if (Effect !== 'Allow') continue;
    const named = principalConditions(Condition);
    const isTarget = principalsOf(Principal).some(
      (name) => name === targetAccountId || name.includes(`::${targetAccountId}:`),
    );
    const hasOrganization = JSON.stringify(Condition ?? {}).includes('aws:PrincipalOrgID');
    if (!isTarget || named.length === 0 || !hasOrganization) {
      return [
        stops(
          `The role ${role.name} trusts more than the functions that need it: ${JSON.stringify({ Principal, Condition })}.`,
          redeploy(role.stack),
        ),
      ];
    }
    for (const name of named) trusted.add(name);
  }
  const absentOnes = role.trusted.filter((arn) => !trusted.has(arn));
  const others = [...trusted].filter((arn) => !role.trusted.includes(arn));
  return [
    ...(absentOnes.length > 0
      ? [stops(`The role ${role.name} does not trust ${absentOnes.join(', ')}.`, redeploy(role.stack))]
      : []),
    ...(others.length > 0
      ? [stops(`The role ${role.name} trusts ${others.join(', ')}, which do not need it.`, redeploy(role.stack))]
      : []),
  ];
}

function judgeConcurrency({ limit, unreserved }: ConcurrencyFacts, region: string): readonly Found[] {
  if (unreserved >= WANTED_CONCURRENCY) return [];
  const raise = `aws service-quotas request-service-quota-increase --region ${region} --service-code lambda --quota-code L-B99A9384 --desired-value 1000`;
  const missing = `${unreserved} of ${limit} concurrent executions are not reserved by other functions; `;
  return unreserved < NEEDED_CONCURRENCY
    ? [stops(`${missing}at least ${NEEDED_CONCURRENCY} are needed.`, raise)]
    : [warns(`${missing}with fewer than ${WANTED_CONCURRENCY} callers of the API may be answered 429.`, raise)];
}

function noLogRole(region: string): Found {
  return stops(
    'API Gateway has no role to write logs with in this account and Region: the stage of the API cannot be created.',
    `Create a role for apigateway.amazonaws.com with the managed policy service-role/AmazonAPIGatewayPushToCloudWatchLogs, then: ` +
      `aws apigateway update-account --region ${region} --patch-operations op=replace,path=/cloudwatchRoleArn,value=ROLE_ARN`,
  );
}

interface QuotaRule {
  readonly service: string;
  readonly part: Part;
  /** What the quota is called in Service Quotas. */
  readonly name: RegExp;
  readonly needed: number;
  readonly why: string;
}

/** Quotas that the work of an installation can meet. Names as Service Quotas prints them; one that it does not list is skipped. */
const QUOTA_RULES: readonly QuotaRule[] = [
  {
    service: 'states',
    part: 'target',
    name: /StartExecution.*refill rate/i,
    needed: 20,
    why: 'each event and each request starts an execution',
  },
  {
    service: 'states',
    part: 'target',
    name: /StateTransition.*refill rate/i,
    needed: 100,
    why: 'three controllers and a full pass make transitions at the same time',
  },
];
const PERMISSION_SET_QUOTA = /^(number of )?permission sets( per instance)?$/i;

function judgeQuotas(facts: Facts, { configuration }: Expectations): Judgement[] {
  const { target, identityCenter } = configuration;
  const states = judgeReading(
    { check: 'quotas', part: 'target', location: target },
    facts.quotas.states ?? NOT_LOOKED,
    (quotas) => QUOTA_RULES.flatMap((rule) => tooSmall(rule, quotas, target.region)),
  );
  const sso = facts.quotas.sso ?? NOT_LOOKED;
  const permissionSets = facts.permissionSets;
  const room = permissionSets.isRead ? sso : permissionSets;
  const count = permissionSets.isRead ? permissionSets.value : 0;
  return [
    states,
    judgeReading({ check: 'quotas', part: 'identity-center', location: identityCenter }, room, (quotas) =>
      nearlyFull(quotas as readonly QuotaFacts[], count, identityCenter.region),
    ),
  ];
}

function tooSmall(rule: QuotaRule, quotas: readonly QuotaFacts[], region: string): Found[] {
  const quota = quotas.find(({ name }) => rule.name.test(name));
  if (quota === undefined || quota.value >= rule.needed) return [];
  return [
    warns(
      `The quota "${quota.name}" is ${quota.value}, less than ${rule.needed}: ${rule.why}.`,
      `Ask for more: aws service-quotas list-service-quotas --region ${region} --service-code ${rule.service}`,
    ),
  ];
}

function nearlyFull(quotas: readonly QuotaFacts[], used: number, region: string): Found[] {
  const quota = quotas.find(({ name }) => PERMISSION_SET_QUOTA.test(name));
  if (quota === undefined || used < quota.value * NEARLY_FULL) return [];
  return [
    warns(
      `${used} of ${quota.value} permission sets exist.`,
      `Delete some, or ask for more: aws service-quotas list-service-quotas --region ${region} --service-code sso`,
    ),
  ];
}
