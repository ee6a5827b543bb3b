import { seededRandom, VirtualClock } from '../../../local/clock';
import type { Principal, SimulatedService } from '../../../local/cloud/service';
import { World, type WorldOptions } from '../../../local/world/world';

export const MANAGEMENT = '111111111111';
export const ADMINISTRATION = '222222222222';
export const MEMBER = '444444444444';
export const REGION = 'eu-west-1';
export const INSTANCE = 'arn:aws:sso:::instance/ssoins-1111222233334444';
export const STORE = 'd-1234567890';

/** A small organization: two levels of units, three groups, one permission set that is assigned already. */
export function smallOrganization() {
  return {
    organization: { id: 'o-exampleorg1', managementAccountId: MANAGEMENT },
    root: {
      id: 'r-ab12',
      accounts: [{ id: MANAGEMENT, name: 'management', email: 'mgmt@example.com' }],
      organizationalUnits: [
        {
          id: 'ou-ab12-workloads',
          name: 'Workloads',
          accounts: [
            { id: ADMINISTRATION, name: 'identity' },
            { id: MEMBER, name: 'app', tags: { team: 'Shop' }, policies: ['/cmp/1/cmp-1', '/cmp-3'] },
            { id: '444444444445', name: 'app-2', tags: { team: 'Finance', env: 'prod' } },
          ],
          organizationalUnits: [
            { id: 'ou-ab12-innermost', name: 'Inner', accounts: [{ id: '555555555555', name: 'inner' }] },
          ],
        },
        { name: 'Empty' },
        { name: 'Old', accounts: [{ id: '888888888888', name: 'old', state: 'SUSPENDED' }] },
      ],
    },
    identityCenter: {
      instanceArn: INSTANCE,
      identityStoreId: STORE,
      region: REGION,
      delegatedAdministratorAccountId: ADMINISTRATION,
    },
    users: [
      { userName: 'alice', givenName: 'Alice', familyName: 'Example', email: 'alice@example.com' },
      { userName: 'bob', externalId: { issuer: 'https://idp', id: 'b-1' } },
    ],
    groups: [
      { displayName: 'team-One', members: ['alice'] },
      { displayName: 'team-Two', members: ['alice', 'bob'] },
      { displayName: 'team-Three' },
    ],
    permissionSets: [
      { permissionSetName: 'Reader', description: 'Reads' },
      { permissionSetName: 'Writer', sessionDurationInMinutes: '90' },
      { permissionSetName: 'InManagement' },
    ],
    assignments: [
      { accountId: MEMBER, permissionSetName: 'Reader', principalType: 'GROUP', principalName: 'team-One' },
      { accountId: MANAGEMENT, permissionSetName: 'InManagement', principalType: 'USER', principalName: 'bob' },
    ],
  };
}

interface SmallWorldOptions extends Partial<Omit<WorldOptions, 'clock' | 'random'>> {
  readonly seed?: number;
  readonly document?: unknown;
}

/** A world in virtual time with ways to call it, and no chance of short or empty pages unless asked for. */
export function smallWorld({ seed = 1, document = smallOrganization(), ...options }: SmallWorldOptions = {}) {
  const clock = new VirtualClock();
  const world = World.fromDocument(document, {
    clock,
    random: seededRandom(seed),
    ...options,
    identityCenter: { shortPageProbability: 0, ...options.identityCenter },
    organizations: { emptyPageProbability: 0, ...options.organizations },
  });
  const ids = {
    permissionSet: (name: string) => world.identityCenter.instance.permissionSets.named(name)?.arn ?? '',
    group: (name: string) => world.identityStore.idOf('GROUP', name) ?? '',
    user: (name: string) => world.identityStore.idOf('USER', name) ?? '',
  };
  return {
    clock,
    world,
    ids,
    sso: caller(world.identityCenter, { InstanceArn: INSTANCE }),
    store: caller(world.identityStore, { IdentityStoreId: STORE }),
    organizations: caller(world.organizations, {}),
    /** Lets simulated time pass. */
    wait: (ms: number) => clock.runUntil(clock.sleep(ms)),
    /** Lets every accepted operation end, deprovisioning included. */
    quiet: () => clock.runUntil(clock.sleep(30 * 60_000)),
  };
}

export type SmallWorld = ReturnType<typeof smallWorld>;

export function accountKey(accountId: string): Principal {
  return { kind: 'accountKey', accountId, arn: `arn:aws:iam::${accountId}:root` };
}

export function role(accountId: string, name = 'tester'): Principal {
  const roleArn = `arn:aws:iam::${accountId}:role/${name}`;
  const arn = `arn:aws:sts::${accountId}:assumed-role/${name}/session`;
  return { kind: 'role', accountId, arn, roleArn, sessionName: 'session' };
}

interface CallOptions {
  readonly as?: Principal;
  readonly region?: string;
}

/** What tests look at: any output, member by member. */
// biome-ignore lint/suspicious/noExplicitAny: outputs differ per operation, and tests state what they expect of them
export type Output = any;

/** Calls a service as the administrator of the Identity Center account (or as asked), with common members filled in. */
export function caller(service: SimulatedService, common: Record<string, unknown>) {
  return (operation: string, input: Record<string, unknown> = {}, options: CallOptions = {}): Promise<Output> => {
    const principal = options.as ?? accountKey(service.signingName === 'sso' ? ADMINISTRATION : MANAGEMENT);
    return service.handle({ operation, input: { ...common, ...input }, principal, region: options.region ?? REGION });
  };
}

/** Every item of a paged operation, by following its token; stops when that takes more than `limit` pages. */
export async function allPages(
  read: (token: Record<string, string>) => Promise<Output>,
  member: string,
  limit = 1000,
): Promise<{ items: Output[]; pages: number }> {
  const items: Output[] = [];
  let token: string | undefined;
  for (let pages = 1; pages <= limit; pages += 1) {
    const page = await read(token === undefined ? {} : { NextToken: token });
    items.push(...(page[member] ?? []));
    token = page.NextToken;
    if (token === undefined) return { items, pages };
  }
  throw new Error(`More than ${limit} pages.`);
}
