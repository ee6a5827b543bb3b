import { document, flag, integer, list, mapOf, structure, text, union } from '../shape';

/** Input shapes of identitystore (API version 2020-06-15), as in the service model. */

const GUID = '[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}';
const PRINTABLE = '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+';
const PRINTABLE_WITH_SPACES = '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r \\u00A0\\u3000]+';

const identityStoreId = text({
  min: 1,
  max: 93,
  pattern:
    '(arn:aws[a-z-]*:identitystore::\\d{12}:identitystore/)?' +
    '(d-[0-9a-f]{10}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})',
});
const resourceId = text({
  min: 1,
  max: 100,
  pattern: `(arn:aws[a-z-]*:identitystore:::(user|group|membership)/)?([0-9a-f]{10}-|)${GUID}`,
});
const revision = text({ min: 1, max: 64, pattern: '[0-9]+' });
const sensitiveText = text({ min: 1, max: 1024, pattern: PRINTABLE_WITH_SPACES, sensitive: true });
const userName = text({ min: 1, max: 128, pattern: PRINTABLE, sensitive: true });
const attributePath = text({
  min: 1,
  max: 255,
  pattern: '(?:\\p{L}+:\\p{L}+:\\p{L}+(?:\\.\\p{L}+){0,3}|\\p{L}+(?:\\.\\p{L}+){0,2})',
});
const externalIdPart = text({ min: 1, max: 256, pattern: PRINTABLE, sensitive: true });
const alternateIdentifier = union({
  ExternalId: structure({ Issuer: externalIdPart, Id: externalIdPart }),
  UniqueAttribute: structure({ AttributePath: attributePath, AttributeValue: document() }),
});
const memberId = union({ UserId: resourceId });
const extensionNames = list(text({ min: 1, max: 50, pattern: 'aws:identitystore:[a-z]{1,20}' }), { min: 1, max: 10 });
const filters = list(structure({ AttributePath: attributePath, AttributeValue: sensitiveText }), { min: 0, max: 1 });
const paging = {
  MaxResults: integer({ min: 1, max: 100 }),
  NextToken: text({ min: 1, max: 65535, pattern: '[-a-zA-Z0-9+=/:_]*' }),
};
const contact = structure({}, { Value: sensitiveText, Type: sensitiveText, Primary: flag() });
const address = structure(
  {},
  {
    StreetAddress: sensitiveText,
    Locality: sensitiveText,
    Region: sensitiveText,
    PostalCode: sensitiveText,
    Country: sensitiveText,
    Formatted: sensitiveText,
    Type: sensitiveText,
    Primary: flag(),
  },
);
const personName = structure(
  {},
  {
    Formatted: sensitiveText,
    FamilyName: sensitiveText,
    GivenName: sensitiveText,
    MiddleName: sensitiveText,
    HonorificPrefix: sensitiveText,
    HonorificSuffix: sensitiveText,
  },
);
const photo = structure({ Value: sensitiveText }, { Type: sensitiveText, Display: sensitiveText, Primary: flag() });
const one = { min: 1, max: 1 };

/** Everything a user can be created with besides the store; names, values and nesting as in the API. */
export const userAttributes = {
  UserName: userName,
  Name: personName,
  DisplayName: sensitiveText,
  NickName: sensitiveText,
  ProfileUrl: sensitiveText,
  Emails: list(contact, one),
  Addresses: list(address, one),
  PhoneNumbers: list(contact, one),
  UserType: sensitiveText,
  Title: sensitiveText,
  PreferredLanguage: sensitiveText,
  Locale: sensitiveText,
  Timezone: sensitiveText,
  Photos: list(photo, { min: 1, max: 3 }),
  Website: sensitiveText,
  Birthdate: sensitiveText,
  Roles: list(contact, one),
  Extensions: mapOf(document()),
};

export const groupAttributes = {
  DisplayName: text({ min: 1, max: 1024, pattern: PRINTABLE_WITH_SPACES, sensitive: true }),
  Description: sensitiveText,
};

const inStore = { IdentityStoreId: identityStoreId };
const operations = list(structure({ AttributePath: attributePath }, { AttributeValue: document() }), {
  min: 1,
  max: 100,
});

export const store = structure(inStore);
export const onlyPaging = structure({}, paging);
export const createGroup = structure(inStore, groupAttributes);
export const group = structure({ ...inStore, GroupId: resourceId });
export const deleteGroup = structure({ ...inStore, GroupId: resourceId }, { Revision: revision });
export const updateGroup = structure(
  { ...inStore, GroupId: resourceId, Operations: operations },
  { Revision: revision },
);
export const createUser = structure(inStore, userAttributes);
export const describeUser = structure({ ...inStore, UserId: resourceId }, { Extensions: extensionNames });
export const deleteUser = structure({ ...inStore, UserId: resourceId }, { Revision: revision });
export const updateUser = structure({ ...inStore, UserId: resourceId, Operations: operations }, { Revision: revision });
export const listGroups = structure(inStore, { ...paging, Filters: filters });
export const listUsers = structure(inStore, { ...paging, Filters: filters, Extensions: extensionNames });
export const getId = structure({ ...inStore, AlternateIdentifier: alternateIdentifier });
export const groupAndMember = structure({ ...inStore, GroupId: resourceId, MemberId: memberId });
export const membership = structure({ ...inStore, MembershipId: resourceId });
export const listMemberships = structure({ ...inStore, GroupId: resourceId }, paging);
export const listMembershipsForMember = structure({ ...inStore, MemberId: memberId }, paging);
export const isMemberInGroups = structure({
  ...inStore,
  MemberId: memberId,
  GroupIds: list(resourceId, { min: 1, max: 100 }),
});
