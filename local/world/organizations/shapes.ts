import { integer, list, oneOf, structure, text } from '../shape';

/** Input shapes of organizations (API version 2016-11-28), as in the service model. */

const ROOT = 'r-[0-9a-z]{4,32}';
const UNIT = 'ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}';

const accountId = text({ max: 12, pattern: '\\d{12}' });
const unitId = text({ max: 68, pattern: UNIT });
const parentId = text({ max: 100, pattern: `(${ROOT})|(${UNIT})` });
const childId = text({ max: 100, pattern: `(\\d{12})|(${UNIT})` });
const unitName = text({ min: 1, max: 128 });
const tagKey = text({ min: 1, max: 128, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)' });
const tagValue = text({ min: 0, max: 256, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)' });
const tags = list(structure({ Key: tagKey, Value: tagValue }));
const resourceId = text({
  max: 130,
  pattern: `(${ROOT})|(\\d{12})|(${UNIT})|(p-[0-9a-zA-Z_]{8,128})|(rp-[0-9a-zA-Z_]{4,128})|(rt-[0-9a-zA-Z_]{8,32})`,
});
const nextToken = text({ max: 100_000 });
const paging = { NextToken: nextToken, MaxResults: integer({ min: 1, max: 20 }) };

export const nothing = structure({});
export const onlyPaging = structure({}, paging);
export const ofChild = structure({ ChildId: childId }, paging);
export const ofParent = structure({ ParentId: parentId }, paging);
export const children = structure({ ParentId: parentId, ChildType: oneOf('ACCOUNT', 'ORGANIZATIONAL_UNIT') }, paging);
export const account = structure({ AccountId: accountId });
export const pagedAccount = structure({ AccountId: accountId }, paging);
export const unit = structure({ OrganizationalUnitId: unitId });
export const listTags = structure({ ResourceId: resourceId }, { NextToken: nextToken });
export const tagResource = structure({ ResourceId: resourceId, Tags: tags });
export const untagResource = structure({ ResourceId: resourceId, TagKeys: list(tagKey) });
export const moveAccount = structure({
  AccountId: accountId,
  SourceParentId: parentId,
  DestinationParentId: parentId,
});
export const createAccount = structure(
  {
    Email: text({ min: 6, max: 64, pattern: '[^\\s@]+@[^\\s@]+\\.[^\\s@]+', sensitive: true }),
    AccountName: text({ min: 1, max: 50, pattern: '[\\u0020-\\u007E]+', sensitive: true }),
  },
  {
    RoleName: text({ max: 64, pattern: '[\\w+=,.@-]{1,64}' }),
    IamUserAccessToBilling: oneOf('ALLOW', 'DENY'),
    Tags: tags,
  },
);
export const createAccountStatus = structure({
  CreateAccountRequestId: text({ max: 36, pattern: 'car-[a-z0-9]{8,32}' }),
});
export const listCreateAccountStatus = structure(
  {},
  { ...paging, States: list(oneOf('IN_PROGRESS', 'SUCCEEDED', 'FAILED')) },
);
export const invite = structure(
  {
    Target: structure({
      Id: text({ min: 1, max: 64, sensitive: true }),
      Type: oneOf('ACCOUNT', 'EMAIL', 'ORGANIZATION'),
    }),
  },
  { Notes: text({ max: 1024, sensitive: true }), Tags: tags },
);
export const handshake = structure({ HandshakeId: text({ max: 34, pattern: 'h-[0-9a-z]{8,32}' }) });
export const createUnit = structure({ ParentId: parentId, Name: unitName }, { Tags: tags });
export const updateUnit = structure({ OrganizationalUnitId: unitId }, { Name: unitName });
export const listDelegatedAdministrators = structure(
  {},
  { ...paging, ServicePrincipal: text({ min: 1, max: 128, pattern: '[\\w+=,.@-]*' }) },
);
