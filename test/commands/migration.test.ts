import { type AppliedMigration, applyMigration } from '../../bin/commands/apply-migration';
import { type Decisions, planMigration, type Successor } from '../../bin/commands/plan-migration';
import type { Answered, Api } from '../../bin/commands/signed-api';
import type { AccountId } from '../../lambda/domain/ids';
import { parseLinkText, printLink, structuredLinkOf } from '../../lambda/domain/link';
import { type Migration, migrationText } from '../../lambda/domain/migration/migration-report';
import type { PredecessorData } from '../../lambda/domain/migration/predecessor-data';
import { indexOrganization } from '../../lambda/domain/organization';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import { definitionOf } from '../../lambda/domain/permission-set-definition';
import { parsedLink } from '../support/any-link';
import { linkRow } from '../support/predecessor-folder';

const SEEN = '2026-03-02T09:31:00.000Z';
const MANAGEMENT = '100000000000';
const [ONE, TWO, SUSPENDED] = ['200000000001', '200000000002', '200000000003'] as const;
const ROOT = 'root%all%Ps%team%GROUP%ssofile';
const OTHER = `account%${ONE}%Other%jane%USER%ssofile`;
const SETS = ['Ps', 'Other'].map((permissionSetName) => ({ permissionSetName, description: permissionSetName }));
const DATA: PredecessorData = {
  tables: { linksTable: [ROOT, OTHER].map((text) => linkRow(text)), permissionSetTable: SETS },
};

const ACCOUNTS = [MANAGEMENT, ONE, TWO, SUSPENDED].map((id) => {
  const state = id === SUSPENDED ? ('SUSPENDED' as const) : ('ACTIVE' as const);
  return { id: id as AccountId, name: id, state, ancestors: [], tags: {} };
});

const assignment = (
  accountId: string,
  permissionSetName: string,
  principalName: string | undefined,
  principalId: string,
) => {
  const permissionSetArn = `arn:aws:sso:::permissionSet/ssoins-1/ps-${permissionSetName}`;
  const named = principalName === undefined ? {} : { principalName };
  return { accountId, permissionSetName, permissionSetArn, principalType: 'GROUP', principalId, ...named };
};

class Stopped extends Error {}

/** An installation that takes in what is posted, and says of a dry run what it is told to. */
class TestApi implements Api {
  readonly declared = new Map<string, PermissionSet>();
  readonly links = new Set<string>();
  readonly posts: string[] = [];
  unmanaged: Answered[] = [];
  managed: Answered[] = [];
  /** What a dry run of a permission set, or the removal by a link, answers. */
  tried: Readonly<Record<string, Answered>> = {};
  removals: Readonly<Record<string, number>> = {};
  outcomes: Readonly<Record<string, Answered>> = {};
  stopAfter = Number.POSITIVE_INFINITY;
  private readonly asked = new Map<string, number>();

  async get(path: string, { managed }: Readonly<Record<string, string>> = {}): Promise<Answered> {
    if (path === '/links') {
      return { links: [...this.links].map((text) => ({ linkId: text, link: structuredLinkOf(parsedLink(text)) })) };
    }
    if (path === '/permission-sets') {
      const permissionSets = [...this.declared].map(([permissionSetName, document]) => ({
        permissionSetName,
        document,
      }));
      return { permissionSets };
    }
    if (path === '/assignments' && managed === 'false')
      return { assignments: this.unmanaged, inventory: { finishedAt: SEEN } };
    if (path === '/assignments') return { assignments: this.managed };
    return this.request(path.replace('/requests/', ''));
  }

  async post(_: string, { action, linkData, permissionSetData }: Answered, { dryRun } = {} as Record<string, string>) {
    expect(action).toBe('create');
    const subject: string = linkData ?? permissionSetData.permissionSetName;
    if (dryRun && linkData) return { plan: { delete: this.removals[subject] ?? 0 } };
    if (dryRun) return { plan: { permissionSet: this.tried[subject] ?? { kind: 'create', parts: [] } } };
    if (this.posts.length >= this.stopAfter) throw new Stopped('interrupted');
    this.posts.push(subject);
    if (linkData) this.links.add(linkData);
    else this.declared.set(subject, permissionSetData);
    return { requestId: subject };
  }

  /** Done when it is asked for twice. */
  private request(subject: string): Answered {
    const asked = (this.asked.get(subject) ?? 0) + 1;
    this.asked.set(subject, asked);
    const nothing = { requestId: subject, planned: { create: 0, delete: 0 }, waitingFor: [], errors: [] };
    if (asked < 2) return { ...nothing, status: 'ACCEPTED' };
    if (asked < 3) return { ...nothing, ...this.outcomes[subject], status: 'APPLYING' };
    return { ...nothing, status: 'COMPLETED', ...this.outcomes[subject] };
  }
}

function successor(api: Api, more: Partial<Successor> = {}): Successor {
  const organization = indexOrganization(MANAGEMENT as AccountId, ACCOUNTS);
  const reading = { organization, supportNestedOu: true, nameInDirectory: (name: string) => name };
  return { api, takesPosts: true, reading: async () => reading, ...more };
}

const plan = (api: Api | undefined, decisions: Decisions = {}, more: Partial<Successor> = {}, data = DATA) =>
  planMigration(data, api && successor(api, more), decisions);
const apply = (api: Api, migration: Migration): Promise<AppliedMigration> =>
  applyMigration({ api, pause: async () => undefined }, migration);
const of = ({ findings }: Migration, ...kinds: string[]) =>
  findings.filter(({ kind }) => kinds.includes(kind)).map(({ kind, subject }) => `${kind} ${subject}`);

describe('planning a migration', () => {
  test('needs no installation to look at tables and files', async () => {
    const migration = await plan(undefined);
    expect(migration.links.map(printLink)).toEqual([OTHER, ROOT]);
    expect(migration.adopted).toBeUndefined();
    expect(migrationText(migration)).toBe(
      'permission sets: 2 to bring in, 0 already declared, 0 left out\nlinks: 2 to bring in, 0 already declared, 0 left out',
    );
  });

  test('says which assignments are claimed, and which nobody claims', async () => {
    const api = new TestApi();
    api.unmanaged = [
      assignment(ONE, 'Ps', 'team', 'id-team'),
      assignment(TWO, 'Ps', 'former', 'id-former'),
      assignment(TWO, 'Ps', undefined, 'id-gone'),
      assignment(SUSPENDED, 'Ps', 'team', 'id-team'),
      assignment(MANAGEMENT, 'Ps', 'team', 'id-team'),
      assignment(TWO, 'Foreign', 'others', 'id-others'),
    ];
    const records = [
      `id-former@${TWO}@ssoins-1@ps-Ps`,
      `id-team@${ONE}@ssoins-1@ps-Ps`,
      `id-old@${ONE}@ssoins-1@ps-Ps`,
    ];
    const data = { tables: { ...DATA.tables, provisionedLinksTable: records.map((parentLink) => ({ parentLink })) } };
    const migration = await plan(api, {}, {}, data);
    expect(migration.adopted).toBe(1);
    expect(migrationText(migration)).toContain(`1 are there and claimed, as the inventory of ${SEEN} says`);
    expect(migration.findings.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      `missingAssignment ${ONE} Other USER jane`,
      `missingAssignment ${TWO} Ps GROUP team`,
      `orphanedAssignment ${TWO} Ps GROUP former`,
      `unknownAssignment ${TWO} Ps GROUP (id-gone)`,
      `unknownAssignment ${SUSPENDED} Ps GROUP team`,
      `managementAccount ${MANAGEMENT} Ps GROUP team`,
      `staleRecord ${ONE} Ps (id-old)`,
    ]);
    const suspended = migration.findings.find(({ subject }) => subject.startsWith(SUSPENDED))?.message;
    expect(suspended).toMatch(/SUSPENDED, not ACTIVE; to take it away: aws sso-admin .*instance\/ssoins-1$/);
  });

  test('looks for assignments under the names that the directory has', async () => {
    const api = new TestApi();
    api.unmanaged = [ONE, TWO].map((accountId) => assignment(accountId, 'Ps', 'team@corp.example.com', 'id-team'));
    const reading = await successor(api).reading();
    const withDomain = async () => ({ ...reading, nameInDirectory: (name: string) => `${name}@corp.example.com` });
    expect((await plan(api, {}, { reading: withDomain })).adopted).toBe(2);
  });

  test('tells links that wait, and permission sets that nobody declares', async () => {
    const unit = 'ou_id%ou-ab12-nowhere0%Ps%team%GROUP%ssofile';
    const absent = 'root%all%Absent%team%GROUP%ssofile';
    const data = { tables: { ...DATA.tables, linksTable: [unit, absent].map((text) => linkRow(text)) } };
    const migration = await plan(new TestApi(), {}, {}, data);
    expect(of(migration, 'waitingLink', 'undeclared')).toEqual(['undeclared Absent', `waitingLink ${unit}`]);
    expect(migration.links.map(printLink)).toEqual([unit, absent]);
  });

  test('leaves what differs, or is refused, to a decision, and its links with it', async () => {
    const api = new TestApi();
    api.tried = { Ps: { kind: 'update', parts: ['managedPolicies'] } };
    const undecided = await plan(api);
    expect([undecided.permissionSets, undecided.links.map(printLink)]).toEqual([[SETS[1]], [OTHER]]);
    expect(undecided.leftOut.map(({ subject }) => subject)).toEqual(['Ps', ROOT]);
    expect(of(undecided, 'different', 'undeclared')).toEqual(['different Ps']);
    expect((await plan(api, { onConflict: 'keepDocument' })).permissionSets).toEqual([SETS[1], SETS[0]]);
    const blind = await plan(api, { onConflict: 'takeLive' });
    expect(blind.leftOut[0]?.why).toContain('takeLive needs --identity-center-profile');
    api.post = () => Promise.reject(new Error('Ps is protected'));
    expect(of(await plan(api), 'refused')).toEqual(['refused Ps', 'refused Other']);
  });

  test('compares with what is there where that can be read', async () => {
    const api = new TestApi();
    const live = definitionOf({ permissionSetName: 'Ps', description: 'Ps', sessionDurationInMinutes: '90' });
    const read = { live: async () => new Map([['Ps', live]]) };
    const undecided = await plan(api, {}, read);
    expect(undecided.findings.find(({ kind }) => kind === 'different')?.message).toMatch(
      /^sessionDuration is 90, the predecessor says 60; decide with/,
    );
    const [, taken] = (await plan(api, { onConflict: 'takeLive' }, read)).permissionSets;
    expect(taken).toEqual({ permissionSetName: 'Ps', description: 'Ps', sessionDurationInMinutes: '90' });
    expect((await plan(api, { onConflict: 'keepDocument' }, read)).permissionSets).toEqual([SETS[1], SETS[0]]);
  });

  test('does not submit over what is declared here', async () => {
    const api = new TestApi();
    api.declared.set('Ps', { permissionSetName: 'Ps', description: 'changed here' });
    api.declared.set('Other', SETS[1] as PermissionSet);
    api.links.add(ROOT);
    const migration = await plan(api);
    expect(migration).toMatchObject({ permissionSets: [], known: { permissionSets: 1, links: 1 } });
    // Its permission set is declared here, if otherwise: the link may come.
    expect(migration.links.map(printLink)).toEqual([OTHER]);
    expect(migration.leftOut.map(({ subject }) => subject)).toEqual(['Ps']);
  });
});

describe('applying a migration', () => {
  test('brings permission sets in first, and links when those are done', async () => {
    const api = new TestApi();
    expect(await apply(api, await plan(api))).toEqual({ permissionSets: 2, links: 2, removed: 0, left: [] });
    expect(api.posts).toEqual(['Other', 'Ps', OTHER, ROOT]);
  });

  test('may be interrupted anywhere and run again: everything is brought in once, and then nothing', async () => {
    for (let stopAfter = 0; stopAfter < 4; stopAfter += 1) {
      const api = new TestApi();
      api.stopAfter = stopAfter;
      const { left } = await apply(api, await plan(api));
      expect(left.length).toBeGreaterThan(0);
      api.stopAfter = Number.POSITIVE_INFINITY;
      await apply(api, await plan(api));
      expect([...api.posts].sort()).toEqual(['Other', 'Ps', OTHER, ROOT].sort());
      expect(await plan(api)).toMatchObject({ links: [], permissionSets: [], known: { permissionSets: 2, links: 2 } });
    }
  });

  test('submits no link that would remove anything', async () => {
    const api = new TestApi();
    api.removals = { [ROOT]: 3 };
    const { links, left } = await apply(api, await plan(api));
    expect([links, left]).toEqual([1, [`${ROOT}: its dry run would remove 3 assignments`]]);
    expect(api.posts).not.toContain(ROOT);
  });

  test('leaves the links of a permission set that is refused', async () => {
    const api = new TestApi();
    const migration = await plan(api);
    const post = api.post.bind(api);
    api.post = (path, body, query) =>
      body.permissionSetData?.permissionSetName === 'Ps'
        ? Promise.reject(new Error('protected'))
        : post(path, body, query);
    expect(await apply(api, migration)).toEqual({
      permissionSets: 1,
      links: 1,
      removed: 0,
      left: ['permission set Ps: protected'],
    });
    expect(api.posts).toEqual(['Other', OTHER]);
  });

  test('tells of a permission set that is not as declared, and of a removal if there ever is one', async () => {
    const api = new TestApi();
    api.outcomes = {
      Ps: { status: 'COMPLETED_WITH_FAILURES', errors: [{ message: 'no such policy' }] },
      [OTHER]: { planned: { create: 0, delete: 1 } },
    };
    expect(await apply(api, await plan(api))).toEqual({
      permissionSets: 2,
      links: 2,
      removed: 1,
      left: [
        'permission set Ps: is COMPLETED_WITH_FAILURES: no such policy',
        expect.stringContaining('was planned to remove 1 assignments'),
      ],
    });
  });
});

test('the links of these tests are links', () => {
  expect([ROOT, OTHER].filter((text) => !parseLinkText(text).ok)).toEqual([]);
});
