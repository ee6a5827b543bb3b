import { TagResourceCommand } from '@aws-sdk/client-organizations';
import { accountsAssignedTo, type PrincipalType, principalId } from './support/access';
import { defaultOrganization } from './support/default-organization';
import { LinkBucket } from './support/link-bucket';
import { LocalCloud } from './support/local-cloud';

/** Principals take turns: assignments in one account come about one after the other. */
const ACCOUNTS = ['123456789012', '222222222201', '222222222202', '333333333301', '333333333302', '444444444402'];
const PERMISSION_SET = 'A+b=c,d.e@f-g_h';

/** Names as the directory has them. */
const GROUPS = [
  'with some  spaces',
  ' leading and trailing ',
  'plus+equals=at@comma,dot.ampersand&',
  'half "quoted" (round) [square] {curly} <angle> \'single\' `back`',
  'slash/ back\\slash ? # ! $ * ; : | ~ ^',
  'データ分析チーム',
  'Ünïcödé Müñchen',
  // The same to the eye as its composed form, another name to the directory.
  'cafe\u0301',
  'команда безопасности',
  'فريق الأمن',
  '🛠 developers',
  '100% sure',
  '100%25 sure',
  '%',
  'ends like a link%GROUP%ssofile',
  'GROUP',
];
const USERS = ['first.last+tag@example.com', 'naïve=user,name&co', 'ユーザー', '100%user', 'USER'];

interface Named {
  readonly type: PrincipalType;
  readonly name: string;
  readonly accountId: string;
}
const PRINCIPALS: readonly Named[] = [
  ...GROUPS.map((name) => ({ type: 'GROUP', name }) as const),
  ...USERS.map((name) => ({ type: 'USER', name }) as const),
].map((named, index) => ({ ...named, accountId: ACCOUNTS[index % ACCOUNTS.length] ?? '' }));

/** The canonical text form. */
function linkDataOf({ type, name, accountId }: Named): string {
  return `account%${accountId}%${PERMISSION_SET}%${name.replaceAll('%', '%25')}%${type}%ssofile`;
}

let cloud: LocalCloud;
let ids: readonly string[];
beforeAll(async () => {
  const organization = defaultOrganization();
  organization.groups.push(...GROUPS.map((displayName) => ({ displayName })));
  organization.users.push(...USERS.map((userName) => ({ userName })));
  organization.permissionSets.push({ permissionSetName: PERMISSION_SET });
  cloud = await LocalCloud.start({ organization, speed: 60 });
  ids = await Promise.all(PRINCIPALS.map(({ type, name }) => principalId(cloud, type, name)));
});
afterAll(() => cloud?.stop());

/** Accounts and the principals that are assigned there. */
async function assigned(): Promise<Record<string, readonly string[]>> {
  const arn = await cloud.permissionSetArn(PERMISSION_SET);
  const entries = ACCOUNTS.map(async (id) => [id, await cloud.assignedPrincipals(id, arn)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function structured({ type, name, accountId }: Named) {
  return { permissionSet: PERMISSION_SET, principal: { type, name }, scope: { type: 'account', accountId } };
}

/** The same as the links say. */
function linked(): Record<string, readonly string[]> {
  const idsIn = (accountId: string) => ids.filter((_, index) => PRINCIPALS[index]?.accountId === accountId).sort();
  return Object.fromEntries(ACCOUNTS.map((id) => [id, idsIn(id)]));
}

const NOWHERE = Object.fromEntries(ACCOUNTS.map((id) => [id, []]));

/** What `GET /links` answers for each principal when it is asked for by name, and for the link by its text. */
async function shown() {
  return Promise.all(
    PRINCIPALS.map(async (named) => {
      const { type, name } = named;
      const byName = new URLSearchParams({ permissionSet: PERMISSION_SET, principalType: type, principalName: name });
      const byText = new URLSearchParams({ linkData: linkDataOf(named) });
      const pages = [];
      for (const query of [byName, byText]) pages.push((await cloud.api('GET', `/links?${query}`)).body.links);
      return pages.map((links) =>
        links.map(({ linkData, link, status }: Record<string, unknown>) => ({ linkData, link, status })),
      );
    }),
  );
}

function expectedShown() {
  return PRINCIPALS.map((named) => {
    const entry = { linkData: linkDataOf(named), link: structured(named), status: 'COMPLETED' };
    return [[entry], [entry]];
  });
}

test('the names are distinct principals', () => {
  expect(new Set(ids).size).toBe(PRINCIPALS.length);
});

describe('names survive', () => {
  test('the text form and the structured form over the API', async () => {
    await Promise.all(PRINCIPALS.map((named) => cloud.link('create', linkDataOf(named))));
    await cloud.settle();
    expect(await assigned()).toEqual(linked());
    expect(await shown()).toEqual(expectedShown());
    const bodies = PRINCIPALS.map((named) => ({ action: 'delete', link: structured(named) }));
    const answers = await Promise.all(bodies.map((body) => cloud.api('POST', '/postLinkData', body)));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    await cloud.settle();
    expect(await assigned()).toEqual(NOWHERE);
  });

  test('the key of a file', async () => {
    const bucket = await LinkBucket.of(cloud);
    await Promise.all(PRINCIPALS.map((named) => bucket.put(linkDataOf(named))));
    await cloud.settle();
    expect(await assigned()).toEqual(linked());
    expect(await shown()).toEqual(expectedShown());
    await Promise.all(PRINCIPALS.map((named) => bucket.delete(linkDataOf(named))));
    await cloud.settle();
    expect(await assigned()).toEqual(NOWHERE);
  });
});

describe('tags with spaces, punctuation and other letters', () => {
  const TAG = { Key: 'cost center: emea/東京', Value: 'Forschung + Entwicklung = ja @ corp_1.0-β' };
  const LINK = `account_tag%${TAG.Key}^${TAG.Value}%${PERMISSION_SET}%データ分析%GROUP%ssofile`;
  const TAGGED = ['444444444401', '666666666601'];

  beforeAll(async () => {
    for (const ResourceId of TAGGED) {
      await cloud.organizations().send(new TagResourceCommand({ ResourceId, Tags: [TAG] }));
    }
  });

  async function covered(): Promise<readonly string[]> {
    const group = await principalId(cloud, 'GROUP', 'データ分析');
    return accountsAssignedTo(cloud, await cloud.permissionSetArn(PERMISSION_SET), group);
  }

  test('survive the API and the key of a file', async () => {
    const { linkId } = await cloud.link('create', LINK);
    await cloud.settle();
    expect(await covered()).toEqual(TAGGED);
    expect((await cloud.api('GET', `/links/${linkId}`)).body).toMatchObject({
      linkData: LINK,
      link: { scope: { type: 'account_tag', key: TAG.Key, value: TAG.Value } },
    });
    const bucket = await LinkBucket.of(cloud);
    await bucket.put(LINK);
    await bucket.delete(LINK);
    await cloud.settle();
    expect(await covered()).toEqual([]);
  });
});
