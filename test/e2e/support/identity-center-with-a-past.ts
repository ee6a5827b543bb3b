import { ADMINISTRATION, INSTANCE_ARN, MANAGEMENT, TARGET } from './local-cloud';

/** How much there is. */
export interface Extent {
  readonly permissionSets: number;
  readonly assignments: number;
  /** Accounts that somebody is assigned a permission set in. */
  readonly accounts: number;
}

export interface PastAssignment {
  readonly accountId: string;
  readonly permissionSetName: string;
  readonly principalType: 'GROUP' | 'USER';
  readonly principalName: string;
}

type Entry = Readonly<Record<string, unknown>> & { readonly permissionSetName: string };

/** An organization file. */
export interface OrganizationWithAPast {
  readonly permissionSets: readonly Entry[];
  readonly assignments: readonly PastAssignment[];
  readonly [more: string]: unknown;
}

/** AWS: managed policies that a permission set can have, of both kinds together. */
const MOST_POLICIES = 25;
/** Inline policy, both kinds of managed policies, tags, and the accounts that have it. */
const CALLS_OF_PERMISSION_SET = 5;
const CUSTOMER_POLICIES = Array.from({ length: MOST_POLICIES }, (_, index) => ({
  Name: `own_policy+${index}`,
  Path: ['/', '/team/', '/team/finance/'][index % 3] ?? '/',
}));
const LIMIT = { Name: 'limit', Path: '/boundaries/' };
/** Names as the grammar of links allows them: the whole of what has to come back. */
const GROUPS = [
  'team-Accountants',
  '50% club/north "1"',
  'Ärzte & Pflege',
  'a^b|c*d',
  ...Array.from({ length: 26 }, (_, index) => `group ${index + 1}`),
];
const USERS = ['alice', 'bob@example.com', 'carol+1', ...Array.from({ length: 7 }, (_, index) => `user.${index + 1}`)];

/** An organization whose permission sets have, one or the other, every attribute in every form that it can have. */
export function organizationWithAPast(extent: Extent): OrganizationWithAPast {
  const accounts = Array.from({ length: extent.accounts }, (_, index) => String(500_000_000_000 + index));
  const policies = [...CUSTOMER_POLICIES, LIMIT].map(({ Path, Name }) => `${Path}${Name}`);
  const entryOf = (id: string) => ({ id, name: `account-${id}`, email: `${id}@example.com`, policies });
  return {
    organization: { id: 'o-exampleorg1', managementAccountId: MANAGEMENT },
    root: {
      id: 'r-ab12',
      accounts: [MANAGEMENT, ADMINISTRATION, TARGET, '000000000000'].map(entryOf),
      organizationalUnits: [{ id: 'ou-ab12-workloads', name: 'Workloads', accounts: accounts.map(entryOf) }],
    },
    identityCenter: {
      instanceArn: INSTANCE_ARN,
      identityStoreId: 'd-1234567890',
      region: 'eu-west-1',
      delegatedAdministratorAccountId: ADMINISTRATION,
    },
    groups: GROUPS.map((displayName) => ({ displayName })),
    users: USERS.map((userName) => ({ userName })),
    permissionSets: Array.from({ length: extent.permissionSets }, (_, index) => permissionSet(index)),
    assignments: assignmentsOf(extent, accounts),
  };
}

/** The same organization and directory, without what Identity Center holds. */
export function withoutItsPast(organization: OrganizationWithAPast): object {
  return { ...organization, permissionSets: [], assignments: [] };
}

export function nameOf(index: number): string {
  return `Set_${index + 1}+=,.@-`;
}

function permissionSet(index: number): Entry {
  const customer = index % (MOST_POLICIES + 1);
  const managed = index % 2 === 0 ? MOST_POLICIES - customer : Math.min(3, MOST_POLICIES - customer);
  return {
    permissionSetName: nameOf(index),
    ...(index % 5 === 4 ? {} : { description: `What "${index}" is for, in words:\t<ü>` }),
    ...(index % 4 === 3 ? {} : { sessionDurationInMinutes: String(60 + ((index * 30) % 690)) }),
    ...(index % 3 === 2 ? {} : { relayState: `https://console.aws.amazon.com/billing/?number=${index}&x=%20` }),
    ...(index % 6 === 5 ? {} : { tags: tags(index) }),
    managedPoliciesArnList: Array.from({ length: managed }, (_, number) => managedPolicy(number)),
    customerManagedPoliciesList: CUSTOMER_POLICIES.slice(0, customer),
    ...(index % 7 === 6 ? {} : { inlinePolicyDocument: inlinePolicy(index) }),
    ...boundary(index),
  };
}

function managedPolicy(number: number): string {
  const path = ['', 'job-function/', 'service-role/'][number % 3];
  return `arn:aws:iam::aws:policy/${path}Policy-${number}`;
}

/** AWS: 50 at most, and a value may be empty. */
function tags(index: number) {
  const count = index % 10 === 0 ? 50 : 1 + (index % 4);
  return Array.from({ length: count }, (_, number) => ({
    Key: `cost:centre/${number}`,
    Value: number === 0 ? '' : `a + b = ${index}_${number}@x`,
  }));
}

/** What is easily lost: false, 0, empty text and lists, one statement in place of a list, `Not…`. */
function inlinePolicy(index: number) {
  const statement = {
    Sid: index % 2 === 0 ? '' : `Number${index}`,
    Effect: 'Deny',
    NotAction: index % 3 === 0 ? 'iam:Get*' : ['iam:Get*', 's3:*'],
    Resource: ['*'],
    Condition: { Bool: { 'aws:SecureTransport': 'false' }, StringEquals: { 'aws:RequestTag/empty': '' } },
  };
  const other = { Effect: 'Allow', Action: 's3:GetObject', NotResource: `arn:aws:s3:::bucket-${index}/*` };
  return { Version: '2012-10-17', Id: `policy-${index}`, Statement: index % 4 === 0 ? statement : [statement, other] };
}

function boundary(index: number) {
  if (index % 3 === 0) return {};
  if (index % 3 === 1) return { permissionsBoundary: { CustomerManagedPolicyReference: LIMIT } };
  return { permissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' } };
}

/** Each permission set has its share, two principals in an account; the last one of all has none. */
function assignmentsOf({ permissionSets, assignments }: Extent, accounts: readonly string[]): PastAssignment[] {
  const used = permissionSets - 1;
  const all: PastAssignment[] = [];
  for (let index = 0; index < used; index += 1) {
    const until = Math.floor(((index + 1) * assignments) / used);
    for (let count = 0; all.length < until; count += 1) {
      const accountId = accounts[(index * 7 + (count >> 1)) % accounts.length] ?? '';
      all.push({ accountId, permissionSetName: nameOf(index), ...principal(index + (count % 2)) });
    }
  }
  return all;
}

function principal(index: number): Pick<PastAssignment, 'principalType' | 'principalName'> {
  if (index % 4 === 3) return { principalType: 'USER', principalName: USERS[(index >> 2) % USERS.length] ?? '' };
  return { principalType: 'GROUP', principalName: GROUPS[index % GROUPS.length] ?? '' };
}

/** Calls without which nobody knows all of it, but for those that tell of names and boundaries. */
export function necessaryCalls({ permissionSets, assignments }: OrganizationWithAPast): number {
  const inAccounts = new Set(
    assignments.map(({ accountId, permissionSetName }) => `${accountId} ${permissionSetName}`),
  );
  return permissionSets.length * CALLS_OF_PERMISSION_SET + inAccounts.size;
}
