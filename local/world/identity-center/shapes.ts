import { integer, list, oneOf, structure, text } from '../shape';

/**
 * Input shapes of sso-admin (API version 2020-07-20): lengths, patterns, enumerations and required members as in the
 * service model.
 */

const PARTITION = 'arn:aws(-[a-z]{1,5}){0,3}';
const INSTANCE = 'instance/(sso)?ins-[a-zA-Z0-9-.]{16}';
const PERMISSION_SET = 'permissionSet/(sso)?ins-[a-zA-Z0-9-.]{16}/ps-[a-zA-Z0-9-./]{16}';
const GUID = '[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}';

const instanceArn = text({ min: 10, max: 1224, pattern: `${PARTITION}:sso:::${INSTANCE}` });
const permissionSetArn = text({ min: 10, max: 1224, pattern: `${PARTITION}:sso:::${PERMISSION_SET}` });
const accountId = text({ min: 12, max: 12, pattern: '\\d{12}' });
const targetType = oneOf('AWS_ACCOUNT');
const principalType = oneOf('USER', 'GROUP');
const principalId = text({ min: 1, max: 47, pattern: `([0-9a-f]{10}-|)${GUID}` });
const requestId = text({
  min: 36,
  max: 36,
  pattern: '\\b[0-9a-f]{8}\\b-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-\\b[0-9a-f]{12}\\b',
});
const description = text({ min: 1, max: 700, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*' });
const duration = text({
  min: 1,
  max: 100,
  pattern:
    '(-?)P(?=\\d|T\\d)(?:(\\d+)Y)?(?:(\\d+)M)?(?:(\\d+)([DW]))?(?:T(?:(\\d+)H)?(?:(\\d+)M)?(?:(\\d+(?:\\.\\d+)?)S)?)?',
});
const relayState = text({
  min: 1,
  max: 240,
  pattern: '[a-zA-Z0-9&$@#\\\\\\/%?=~\\-_\'"|!:,.;*+\\[\\]\\ \\(\\)\\{\\}]+',
});
const tagKey = text({ min: 1, max: 128, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)' });
const tagValue = text({ min: 0, max: 256, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)' });
const tags = list(structure({ Key: tagKey, Value: tagValue }), { min: 0, max: 75 });
const managedPolicyArn = text({
  min: 20,
  max: 2048,
  pattern: `${PARTITION}:iam::aws:policy((/[A-Za-z0-9\\.,\\+@=_-]+)*)/([A-Za-z0-9\\.,\\+=@_-]+)`,
});
const customerManagedPolicy = structure(
  { Name: text({ min: 1, max: 128, pattern: '[\\w+=,.@-]+' }) },
  { Path: text({ min: 1, max: 512, pattern: '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/' }) },
);
const taggableArn = text({
  min: 10,
  max: 2048,
  pattern:
    `${PARTITION}:sso::((:${INSTANCE})|(:${PERMISSION_SET})` +
    '|(\\d{12}:application/(sso)?ins-[a-zA-Z0-9-.]{16}/apl-[a-zA-Z0-9]{16})' +
    '|(\\d{12}:trustedTokenIssuer/(sso)?ins-[a-zA-Z0-9-.]{16}' +
    '/tti-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}))',
});

export const maxResults = integer({ min: 1, max: 100 });
export const nextToken = text({ min: 0, max: 2048, pattern: '[-a-zA-Z0-9+=/_]*' });
const paging = { MaxResults: maxResults, NextToken: nextToken };
const status = oneOf('IN_PROGRESS', 'FAILED', 'SUCCEEDED');
const statusFilter = structure({}, { Status: status });
const provisioningStatus = oneOf('LATEST_PERMISSION_SET_PROVISIONED', 'LATEST_PERMISSION_SET_NOT_PROVISIONED');

const inInstance = { InstanceArn: instanceArn };
const ofPermissionSet = { ...inInstance, PermissionSetArn: permissionSetArn };

export const onlyPaging = structure({}, paging);
export const instance = structure(inInstance);
export const pagedInstance = structure(inInstance, paging);
export const region = structure({ ...inInstance, RegionName: text({ min: 1, max: 32, pattern: '([a-z]+-){2,3}\\d' }) });
export const permissionSet = structure(ofPermissionSet);
export const pagedPermissionSet = structure(ofPermissionSet, paging);

export const createPermissionSet = structure(
  { ...inInstance, Name: text({ min: 1, max: 32, pattern: '[\\w+=,.@-]+' }) },
  { Description: description, SessionDuration: duration, RelayState: relayState, Tags: tags },
);
export const updatePermissionSet = structure(ofPermissionSet, {
  Description: description,
  SessionDuration: duration,
  RelayState: relayState,
});
export const putInlinePolicy = structure({
  ...ofPermissionSet,
  InlinePolicy: text({ min: 1, max: 32768, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' }),
});
export const managedPolicy = structure({ ...ofPermissionSet, ManagedPolicyArn: managedPolicyArn });
export const customerManagedPolicyReference = structure({
  ...ofPermissionSet,
  CustomerManagedPolicyReference: customerManagedPolicy,
});
export const putBoundary = structure({
  ...ofPermissionSet,
  PermissionsBoundary: structure(
    {},
    { CustomerManagedPolicyReference: customerManagedPolicy, ManagedPolicyArn: managedPolicyArn },
  ),
});

export const tagResource = structure({ ResourceArn: taggableArn, Tags: tags }, inInstance);
export const untagResource = structure(
  { ResourceArn: taggableArn, TagKeys: list(tagKey, { min: 1, max: 75 }) },
  inInstance,
);
export const listTags = structure({ ResourceArn: taggableArn }, { ...inInstance, NextToken: nextToken });

export const accountAssignment = structure({
  ...ofPermissionSet,
  TargetId: accountId,
  TargetType: targetType,
  PrincipalType: principalType,
  PrincipalId: principalId,
});
export const describeCreation = structure({ ...inInstance, AccountAssignmentCreationRequestId: requestId });
export const describeDeletion = structure({ ...inInstance, AccountAssignmentDeletionRequestId: requestId });
export const listStatus = structure(inInstance, { ...paging, Filter: statusFilter });
export const listAssignments = structure({ ...ofPermissionSet, AccountId: accountId }, paging);
export const listAssignmentsForPrincipal = structure(
  { ...inInstance, PrincipalId: principalId, PrincipalType: principalType },
  { ...paging, Filter: structure({}, { AccountId: accountId }) },
);
export const listProvisionedAccounts = structure(ofPermissionSet, {
  ...paging,
  ProvisioningStatus: provisioningStatus,
});
export const listProvisionedSets = structure(
  { ...inInstance, AccountId: accountId },
  { ...paging, ProvisioningStatus: provisioningStatus },
);

export const provision = structure(
  { ...ofPermissionSet, TargetType: oneOf('AWS_ACCOUNT', 'ALL_PROVISIONED_ACCOUNTS') },
  { TargetId: accountId },
);
export const describeProvisioning = structure({ ...inInstance, ProvisionPermissionSetRequestId: requestId });
