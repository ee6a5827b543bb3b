import { LocalCloud } from './support/local-cloud';

const GOOD = 'account%123456789012%Billing-ps%team-Accountants%GROUP%ssofile';
const STRUCTURED = {
  permissionSet: 'Billing-ps',
  principal: { type: 'GROUP', name: 'team-Accountants' },
  scope: { type: 'account', accountId: '123456789012' },
};

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start({ speed: 60 });
});
afterAll(() => cloud?.stop());

/** Name, body, and the paths that are complained about: all of them, and no other. */
type Case = readonly [name: string, body: unknown, paths: readonly string[]];

function text(linkData: unknown): unknown {
  return { action: 'create', linkData };
}

function structured(changes: object): unknown {
  return { action: 'create', link: { ...STRUCTURED, ...changes } };
}

const CASES: readonly Case[] = [
  ['an unknown scope', text(GOOD.replace('account%', 'acount%')), ['linkData.scopeType']],
  ['an account id of 11 digits', text(GOOD.replace('123456789012', '12345678901')), ['linkData.scopeValue']],
  ['a malformed OU id', text('ou_id%ou-id12345%Billing-ps%team-Accountants%GROUP%ssofile'), ['linkData.scopeValue']],
  ['a root that is not all', text('root%some%Billing-ps%team-Accountants%GROUP%ssofile'), ['linkData.scopeValue']],
  [
    'a tag without a value',
    text('account_tag%team%Billing-ps%team-Accountants%GROUP%ssofile'),
    ['linkData.scopeValue'],
  ],
  [
    'a permission set with a space',
    text('root%all%Billing ps%team-Accountants%GROUP%ssofile'),
    ['linkData.permissionSetName'],
  ],
  ['a missing principal', text('account%123456789012%Billing-ps%GROUP%ssofile'), ['linkData.principalName']],
  ['an empty principal', text('account%123456789012%Billing-ps%%GROUP%ssofile'), ['linkData.principalName']],
  ['a user with a space', text('account%123456789012%Billing-ps%a b%USER%ssofile'), ['linkData.principalName']],
  ['a percent sign that is not escaped', text('root%all%Billing-ps%100%%GROUP%ssofile'), ['linkData.principalName']],
  ['an unknown kind of principal', text(GOOD.replace('GROUP', 'group')), ['linkData.principalType']],
  ['no suffix', text(GOOD.replace('%ssofile', '')), ['linkData.suffix']],
  ['text before the key', text(`links_data/${GOOD}`), ['linkData.scopeType']],
  ['a space before the key', text(` ${GOOD}`), ['linkData.scopeType']],
  ['text after the key', text(`${GOOD}.txt`), ['linkData.suffix']],
  ['a line end after the key', text(`${GOOD}\n`), ['linkData.suffix']],
  ['link data of a wrong type', text(42), ['linkData']],
  ['extra properties', { action: 'create', linkData: GOOD, force: true, dryRun: true }, ['force', 'dryRun']],
  ['an unknown action', { action: 'update', linkData: GOOD }, ['action']],
  ['no action', { linkData: GOOD }, ['action']],
  ['neither form', { action: 'create' }, ['body']],
  ['both forms', { action: 'create', linkData: GOOD, link: STRUCTURED }, ['body']],
  ['a misspelt property', { action: 'create', linkdata: GOOD }, ['body', 'linkdata']],
  ['an empty body', '', ['body']],
  ['white space', ' \n ', ['body']],
  ['not JSON', '{"action": "create",', ['body']],
  ['a list', [text(GOOD)], ['body']],
  ['null', 'null', ['body']],
  [
    'everything wrong at once',
    { action: 'crate', linkData: 'acount%12%b b%%GRUP%ssofil', x: 1 },
    [
      ...['x', 'action', 'linkData.scopeType', 'linkData.permissionSetName', 'linkData.principalName'],
      ...['linkData.principalType', 'linkData.suffix'],
    ],
  ],
  [
    'a structured link without anything',
    { action: 'create', link: {} },
    ['link.scope', 'link.permissionSet', 'link.principal'],
  ],
  ['a structured link of a wrong type', { action: 'create', link: GOOD }, ['link']],
  [
    'a structured link with wrong parts',
    structured({
      scope: { type: 'account', accountId: 123456789012, name: 'x' },
      principal: { type: 'ROLE' },
      note: 'x',
    }),
    ['link.note', 'link.scope.name', 'link.scope.accountId', 'link.principal.name', 'link.principal.type'],
  ],
  [
    'limits that mean nothing',
    structured({ expiresAt: '2020-01-01T00:00:00Z', scope: { type: 'root', except: {} } }),
    ['link.expiresAt', 'link.scope.except'],
  ],
];

describe('a bad submission', () => {
  test.each(CASES)('%s: 400 with every problem and its path, nothing stored', async (_, body, paths) => {
    const answer = await cloud.api('POST', '/postLinkData', body);
    expect(answer.status).toBe(400);
    const { message, errors, requestId } = answer.body;
    expect(message).toBe('The request is invalid: see errors');
    expect(errors.map(({ path }: { path: string }) => path).sort()).toEqual([...paths].sort());
    // Each says what is expected, or what else it could have been.
    for (const error of errors) expect(error.message).toMatch(/expected|give exactly one|is not a known property; /);
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await cloud.api('GET', `/requests/${requestId}`)).status).toBe(404);
  });

  test.each([
    ['text', 'x'.repeat(1_000_000)],
    ['a link', { action: 'create', linkData: 'x'.repeat(1_000_000) }],
  ])('a megabyte of %s: 413 that says how much may be sent', async (_, body) => {
    const { status, body: answer } = await cloud.api('POST', '/postLinkData', body);
    expect(status).toBe(413);
    expect(answer).toEqual({ message: 'The body is larger than 262144 bytes', requestId: expect.any(String) });
  });

  test('a query parameter that is not known: it could have asked for something else than doing it', async () => {
    const { status, body } = await cloud.api('POST', '/postLinkData?dry_run=true', {
      action: 'create',
      linkData: GOOD,
    });
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ path: 'query.dry_run', message: 'is not supported' }]);
  });

  afterAll(async () => {
    await cloud.settle();
    expect((await cloud.api('GET', '/links')).body).toEqual({ links: [] });
    expect((await cloud.api('GET', '/assignments')).body).toEqual({ assignments: [] });
  });
});

describe('what the messages say', () => {
  async function messages(body: unknown): Promise<string[]> {
    const answer = await cloud.api('POST', '/postLinkData', body);
    return answer.body.errors.map(({ message }: { message: string }) => message);
  }

  test.each([
    [
      'a slip of the pen',
      text(GOOD.replace('account%', 'acount%')),
      'expected account, root, ou_id or account_tag (did you mean account?), got "acount"',
    ],
    [
      'an account id',
      text(GOOD.replace('123456789012', '12345678901')),
      'expected an account id of 12 digits, got "12345678901"',
    ],
    ['what cannot be seen', text(`${GOOD} `), 'expected the text to end with %ssofile, got "%ssofile "'],
    [
      'a tag',
      text('account_tag%team%Billing-ps%g%GROUP%ssofile'),
      'expected the tag that the accounts carry as key^value, such as team^Finance, got "team"',
    ],
    ['a missing property', { linkData: GOOD }, 'is missing: expected create or delete'],
    [
      'capitals',
      { Action: 'create', action: 'create', linkData: GOOD },
      'is not a known property; did you mean action?',
    ],
  ])('%s', async (_, body, expected) => {
    expect(await messages(body)).toEqual([expected]);
  });
});

describe('a bad question', () => {
  test.each([
    ['an unknown parameter', '/links?foo=1', ['foo']],
    ['a misspelt parameter', '/assignments?permissionset=x', ['permissionset']],
    ['a parameter where there is none', '/requests/x?y=1', ['y']],
    ['a token that is none', '/links?nextToken=abc', ['nextToken']],
    ['a token of another question', '/assignments?nextToken=eyJ4IjoxfQ', ['nextToken']],
    ['an unknown scope', '/links?scope=everything', ['scope']],
    ['a scope without its value', '/links?scope=account%25', ['scope']],
    [
      'wrong filters',
      '/links?principalType=ROLE&permissionSet=a%20b&principalName=',
      ['principalType', 'permissionSet', 'principalName'],
    ],
    [
      'link data that is none',
      '/links?linkData=account%2512%25Billing-ps%25g%25GROUP%25ssofile',
      ['linkData.scopeValue'],
    ],
    ['a parameter twice', '/links?scope=root&scope=account', ['scope']],
    ['a short account id', '/accounts/12/assignments', ['accountId']],
  ])('%s: 400 with its path', async (_, path, paths) => {
    const { status, body } = await cloud.api('GET', path);
    expect(status).toBe(400);
    expect(body.errors.map((error: { path: string }) => error.path)).toEqual(paths);
    expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    [
      'an unknown request',
      '/requests/00000000-0000-0000-0000-000000000000',
      'There is no request 00000000-0000-0000-0000-000000000000',
    ],
    ['an unknown link', '/links/aaaaaaaaaaaaaaaaaaaaaaaaaa', 'There is no link aaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['an id that is none', '/links/a%20b', 'There is no such linkId'],
  ])('%s: 404', async (_, path, message) => {
    expect(await cloud.api('GET', path)).toEqual({ status: 404, body: { message, requestId: expect.any(String) } });
  });
});
