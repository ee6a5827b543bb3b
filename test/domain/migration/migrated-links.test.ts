import { printLink } from '../../../lambda/domain/link';
import { migratedLinks } from '../../../lambda/domain/migration/migrated-links';
import type { PredecessorItem, Preference } from '../../../lambda/domain/migration/predecessor-data';
import { linkRow } from '../../support/predecessor-folder';

const ONE = 'root%all%Ps%one%GROUP%ssofile';
const TWO = 'root%all%Ps%two%GROUP%ssofile';

interface Given {
  readonly rows?: readonly PredecessorItem[];
  readonly files?: readonly string[];
  readonly known?: readonly string[];
  readonly prefer?: Preference;
}

function migrated({ rows, files, known = [], prefer }: Given) {
  const data = { tables: rows ? { linksTable: rows } : {}, ...(files ? { linkFiles: files } : {}) };
  const { links, leftOut, findings } = migratedLinks(data, (name) => known.includes(name), prefer);
  return {
    links: links.map(printLink),
    leftOut: leftOut.map(({ subject }) => subject),
    findings: findings.map(({ kind, message }) => [kind, message]),
  };
}

const NOTHING = { leftOut: [], findings: [] };

test('what table and files both say, or the only one that was given, is brought in', () => {
  expect(migrated({ rows: [linkRow(ONE)], files: [ONE] })).toEqual({ links: [ONE], ...NOTHING });
  expect(migrated({ rows: [linkRow(ONE), linkRow(TWO)] })).toEqual({ links: [ONE, TWO], ...NOTHING });
  expect(migrated({ files: [TWO] })).toEqual({ links: [TWO], ...NOTHING });
  expect(migrated({})).toEqual({ links: [], ...NOTHING });
});

test.each<[Preference | undefined, string[], string[]]>([
  [undefined, [], [ONE, TWO]],
  ['tables', [ONE], [TWO]],
  ['files', [TWO], [ONE]],
])('of what only one of them says, with --prefer %s, %j is brought in', (prefer, links, leftOut) => {
  const found = migrated({ rows: [linkRow(ONE)], files: [TWO], ...(prefer ? { prefer } : {}) });
  expect(found).toMatchObject({ links, leftOut });
  expect(found.findings.map(([kind]) => kind)).toEqual(['onlyInTable', 'onlyInFiles']);
});

test('an old name and the one of today are one link: an upgrade that was interrupted', () => {
  const old = 'root.all.Ps.one.GROUP.ssofile';
  expect(migrated({ rows: [linkRow(ONE)], files: [old] })).toEqual({
    links: [ONE],
    leftOut: [],
    findings: [['oldFormat', ONE]],
  });
});

test('full stops of old names are read by the fields of the row, else by the permission sets that there are', () => {
  const old = 'root.all.team.ops.jane.doe.USER.ssofile';
  const fields = { permissionSetName: 'team.ops', principalName: 'jane.doe', principalType: 'USER' };
  const link = 'root%all%team.ops%jane.doe%USER%ssofile';
  expect(migrated({ rows: [{ awsEntityId: old, ...fields }] }).links).toEqual([link]);
  expect(migrated({ files: [old], known: ['team.ops'] }).links).toEqual([link]);
  expect(migrated({ files: [old] })).toMatchObject({ links: [], leftOut: [old] });
});

test('a type that an upgrade took from the wrong place is told, and the name counts', () => {
  const row = { ...linkRow('root%all%Ps%jane.doe%USER%ssofile'), principalType: 'doe' };
  expect(migrated({ rows: [row] })).toEqual({
    links: [row.awsEntityId],
    leftOut: [],
    findings: [['rowDiffers', 'principalType is "doe"']],
  });
});

test.each([
  ['account123456789012%Ps%alice%USER%ssofile', 'account%123456789012%Ps%alice%USER%ssofile'],
  ['zzzroot%all%Ps%one%GROUP%ssofileEXTRA', ONE],
  ['account_tag%account%123456789012%Ps%one%GROUP%ssofile', undefined],
  ['nothing.txt', undefined],
])('%s, which the predecessor let through and ignored, is left out and gives no access', (text, meant) => {
  const { links, leftOut, findings } = migrated({ rows: [{ awsEntityId: text }], files: [text] });
  expect([links, leftOut]).toEqual([[], [text]]);
  const [[kind, message = ''] = []] = findings;
  expect(kind).toBe('unreadableLink');
  expect(/if it was to, submit (\S+)$/.exec(message)?.[1]).toBe(meant);
});
