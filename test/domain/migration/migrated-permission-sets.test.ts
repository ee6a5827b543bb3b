import { migratedPermissionSets } from '../../../lambda/domain/migration/migrated-permission-sets';
import type { PredecessorItem, Preference } from '../../../lambda/domain/migration/predecessor-data';

const SET = { permissionSetName: 'Ps', description: 'd', sessionDurationInMinutes: '60' };
const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: { mfa: false, tls: true } } }],
};

interface Given {
  readonly rows?: readonly PredecessorItem[];
  readonly files?: Readonly<Record<string, unknown>>;
  readonly arns?: readonly PredecessorItem[];
  readonly prefer?: Preference;
}

function migrated({ rows, files, arns, prefer }: Given) {
  const tables = {
    ...(rows ? { permissionSetTable: rows } : {}),
    ...(arns ? { permissionSetArnTable: arns } : {}),
  };
  const permissionSetFiles = Object.entries(files ?? {}).map(([name, value]) => {
    return { name, content: { ok: true, value } as const };
  });
  const data = { tables, ...(files ? { permissionSetFiles } : {}) };
  const { documents, leftOut, findings } = migratedPermissionSets(data, prefer);
  return { documents, leftOut: leftOut.map(({ subject }) => subject), findings };
}

const kinds = ({ findings }: ReturnType<typeof migrated>) => findings.map(({ kind }) => kind);

test('what both say counts, and what an import of the predecessor left empty says nothing', () => {
  const sorted = { ...SET, managedPoliciesArnList: ['arn:aws:iam::aws:policy/B', 'arn:aws:iam::aws:policy/A'] };
  const imported = { ...sorted, managedPoliciesArnList: [...sorted.managedPoliciesArnList].sort(), relayState: '' };
  expect(migrated({ rows: [imported], files: { 'Ps.json': sorted } })).toEqual({
    documents: [sorted],
    leftOut: [],
    findings: [],
  });
  expect(migrated({ rows: [{ ...SET, relayState: '', inlinePolicyDocument: {} }] }).documents).toEqual([
    { ...SET, inlinePolicyDocument: {} },
  ]);
});

test('values that an upload lost are those of the file', () => {
  const file = { ...SET, inlinePolicyDocument: POLICY, tags: [{ Key: 'empty', Value: '' }] };
  const stripped = structuredClone({ ...file, tags: [{ Key: 'empty' }] }) as PredecessorItem;
  for (const { Condition } of (stripped.inlinePolicyDocument as typeof POLICY).Statement)
    delete (Condition.Bool as { mfa?: boolean }).mfa;
  const found = migrated({ rows: [stripped], files: { 'Ps.json': file } });
  expect(found.documents).toEqual([file]);
  expect(kinds(found)).toEqual(['lostValues']);
});

test.each<[Preference | undefined, string[]]>([
  [undefined, []],
  ['tables', ['of the table']],
  ['files', ['of the file']],
])('where they differ, with --prefer %s, %j counts', (prefer, descriptions) => {
  const found = migrated({
    rows: [{ ...SET, description: 'of the table' }],
    files: { 'Ps.json': { ...SET, description: 'of the file' } },
    ...(prefer ? { prefer } : {}),
  });
  expect(found.documents.map(({ description }) => description)).toEqual(descriptions);
  expect(found.leftOut).toEqual(descriptions.length > 0 ? [] : ['Ps']);
  expect(kinds(found)).toEqual(['differsFromFile']);
});

test('one that lacks its file or its row waits for a decision', () => {
  const given = { rows: [SET], files: { 'Other.json': { permissionSetName: 'Other' } } };
  expect(migrated(given).leftOut).toEqual(['Ps', 'Other']);
  expect(kinds(migrated(given))).toEqual(['onlyInTable', 'onlyInFiles']);
  expect(migrated({ ...given, prefer: 'files' })).toMatchObject({
    documents: [{ permissionSetName: 'Other' }],
    leftOut: ['Ps'],
  });
});

test.each([
  ['the body of a request', 'Ps.json', { action: 'create', permissionSetData: SET }, 'permissionSetData'],
  ['another name', 'Other.json', SET, 'permissionSetName expected Other'],
  ['another kind of file', 'Ps.yaml', SET, 'file name expected'],
  [
    'a policy with a principal',
    'Ps.json',
    { ...SET, inlinePolicyDocument: { ...POLICY, Principal: '*' } },
    'inlinePolicy',
  ],
])('a file with %s is left out with the reason', (_, name, content, message) => {
  const found = migrated({ files: { [name]: content } });
  expect(found.documents).toEqual([]);
  expect(found.findings).toMatchObject([
    { kind: 'unreadablePermissionSet', message: expect.stringContaining(message) },
  ]);
});

test('creations and deletions that failed halfway are told by the table of ARNs', () => {
  const other = { permissionSetName: 'Other', permissionSetArn: 'arn:other' };
  const found = migrated({ rows: [SET], arns: [other] });
  expect(found.findings).toMatchObject([
    { kind: 'halfCreated', subject: 'Ps' },
    { kind: 'halfDeleted', subject: 'Other', message: expect.stringContaining('arn:other') },
  ]);
  expect(found.documents).toEqual([SET]);
});
