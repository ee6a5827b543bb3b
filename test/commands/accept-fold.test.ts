import { acceptFold } from '../../bin/commands/accept-fold';
import type { Answered, Api } from '../../bin/commands/signed-api';
import { type FoldDocument, parseFoldDocuments } from '../../lambda/domain/fold-document';

const WIDER = 'root%all%Ps%team%GROUP%ssofile';
const ONE = 'account%444444444401%Ps%team%GROUP%ssofile';
const TWO = 'account%444444444402%Ps%team%GROUP%ssofile';
const PROPOSAL: FoldDocument = { by: WIDER, isDeclared: false, replaces: [ONE, TWO], why: '' };

const NO_CHANGE = { create: 0, delete: 0, waitingFor: [], notLookedAt: [] };
const PLANNED = { status: 'COMPLETED', planned: { create: 0, delete: 0 }, waitingFor: [], errors: [] };

/** An API that takes two looks to plan a request; `plans` and `requests` by action and link, where they are not empty. */
class TestApi implements Api {
  readonly submitted: string[] = [];
  readonly events: string[] = [];
  plans: Readonly<Record<string, Answered>> = {};
  requests: Readonly<Record<string, Answered>> = {};
  links: Answered[] = [];
  private readonly looks = new Map<string, number>();

  async get(path: string): Promise<Answered> {
    if (path === '/links') return { links: this.links };
    const looks = (this.looks.get(path) ?? 0) + 1;
    this.looks.set(path, looks);
    if (looks < 3) return { ...PLANNED, status: 'ACCEPTED' };
    const submitted = this.submitted[Number(path.split('/').at(-1))] ?? '';
    this.events.push(`planned ${submitted}`);
    return { ...PLANNED, ...this.requests[submitted] };
  }

  async post(_: string, { action, linkData }: Answered, { dryRun } = {} as Record<string, string>): Promise<Answered> {
    const what = `${action} ${linkData}`;
    this.events.push(`${dryRun ? 'ask' : 'post'} ${what}`);
    if (dryRun) return { plan: { ...NO_CHANGE, ...this.plans[what] } };
    this.submitted.push(what);
    return { requestId: String(this.submitted.length - 1) };
  }
}

function accept(api: TestApi, ...proposals: FoldDocument[]) {
  return acceptFold({ api, pause: async () => undefined }, proposals);
}

describe('accepting a fold', () => {
  test('deletes a link only when the wider one is planned, and asks before each submission', async () => {
    const api = new TestApi();
    expect(await accept(api, PROPOSAL)).toEqual({ created: 1, deleted: 2, left: [] });
    expect(api.events).toEqual([
      `ask create ${WIDER}`,
      `post create ${WIDER}`,
      `planned create ${WIDER}`,
      ...['ask', 'post', 'planned'].flatMap((what) => [ONE, TWO].map((link) => `${what} delete ${link}`)),
    ]);
  });

  test.each([
    ['create', { create: 1 }, 'would create 1 and remove 0 assignments'],
    ['remove', { delete: 2 }, 'would create 0 and remove 2 assignments'],
    ['wait', { waitingFor: ['principal: GROUP team does not exist'] }, 'would wait for principal: GROUP team'],
    ['not be seen', { notLookedAt: ['pairs: 3 more'] }, 'no time to see'],
  ])('does nothing where the wider link would %s, and goes on with the next', async (_, plan, told) => {
    const api = new TestApi();
    api.plans = { [`create ${WIDER}`]: plan };
    const other = { ...PROPOSAL, by: 'ou_id%ou-ab12-security%Ps%team%GROUP%ssofile', replaces: [ONE] };
    const { created, deleted, left } = await accept(api, PROPOSAL, other);
    expect([created, deleted, left]).toEqual([1, 1, [expect.stringContaining(told)]]);
    expect(api.submitted).toEqual([`create ${other.by}`, `delete ${ONE}`]);
  });

  test('a large organization that is not read anew is no reason to stop', async () => {
    const api = new TestApi();
    api.plans = {
      [`create ${WIDER}`]: { notLookedAt: ['organization: its 4000 accounts are as they were last looked at'] },
    };
    expect(await accept(api, PROPOSAL)).toMatchObject({ created: 1, deleted: 2 });
  });

  test.each([
    ['creates', { planned: { create: 1, delete: 0 } }, 'was planned to create 1'],
    ['waits', { status: 'WAITING', waitingFor: ['ou: it is gone'] }, 'is WAITING: ou: it is gone'],
    [
      'fails',
      { status: 'COMPLETED_WITH_FAILURES', errors: [{ message: 'broken' }] },
      'is COMPLETED_WITH_FAILURES: broken',
    ],
  ])('deletes nothing when the wider link %s', async (_, request, told) => {
    const api = new TestApi();
    api.requests = { [`create ${WIDER}`]: request };
    const { deleted, left } = await accept(api, PROPOSAL);
    expect([deleted, left]).toEqual([0, [expect.stringContaining(told)]]);
    expect(api.submitted).toEqual([`create ${WIDER}`]);
  });

  test('keeps a link whose deletion would take access away', async () => {
    const api = new TestApi();
    api.plans = { [`delete ${ONE}`]: { delete: 1 } };
    expect(await accept(api, PROPOSAL)).toEqual({
      created: 1,
      deleted: 1,
      left: [`${ONE}: its delete would create 0 and remove 1 assignments by now`],
    });
  });

  test.each([
    ['is there', [{ link: {} }], []],
    ['is gone', [], [expect.stringContaining('is not there any more')]],
    ['is being deleted', [{ link: {}, deleted: true }], [expect.stringContaining('is not there any more')]],
    ['ends', [{ link: { expiresAt: '2030-01-01T00:00:00Z' } }], [expect.stringContaining('bound in time')]],
  ])('a wider link that was there is not created again; it %s', async (_, links, left) => {
    const api = new TestApi();
    api.links = links;
    const accepted = await accept(api, { ...PROPOSAL, isDeclared: true });
    expect(accepted.left).toEqual(left);
    expect(api.submitted).toEqual(left.length > 0 ? [] : [`delete ${ONE}`, `delete ${TWO}`]);
  });
});

test('proposals that were edited wrongly are refused, each problem with its path', () => {
  expect(parseFoldDocuments([PROPOSAL, { ...PROPOSAL, replaces: [ONE] }])).toMatchObject({ ok: true });
  const problems = (value: unknown) => {
    const parsed = parseFoldDocuments(value);
    return parsed.ok ? [] : parsed.problems.map(({ path }) => path);
  };
  expect(problems({})).toEqual(['']);
  expect(problems([null])).toEqual(['[0].by', '[0].replaces']);
  expect(problems([PROPOSAL, { by: 'root', isDeclared: 'no', replaces: ['x'] }])).toEqual([
    '[1].by',
    '[1].isDeclared',
    '[1].replaces[0]',
  ]);
  const ofOthers = [
    ONE.replace('team', 'other'),
    ONE.replace('Ps', 'Other'),
    'ou_id%ou-ab12-security%Ps%team%GROUP%ssofile',
  ];
  expect(problems([{ ...PROPOSAL, replaces: ofOthers }])).toEqual([0, 1, 2].map((index) => `[0].replaces[${index}]`));
});
