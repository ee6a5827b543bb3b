import type { Call, Principal } from '../../../local/cloud/service';
import { defaultAccess } from '../../../local/gateway/access/default-access';
import { ORGANIZATION } from './endpoint';

const ME = '333333333333';
const principal: Principal = {
  kind: 'role',
  accountId: ME,
  arn: `arn:aws:sts::${ME}:assumed-role/r/s`,
  roleArn: `arn:aws:iam::${ME}:role/r`,
};
const INSTANCE = 'arn:aws:sso:::instance/ssoins-1111222233334444';
const SET = 'arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444';
const STORE = 'arn:aws:identitystore::111111111111:identitystore/d-1234567890';
const assignment = { InstanceArn: INSTANCE, PermissionSetArn: SET, TargetId: '444444444444' };
const group = { IdentityStoreId: 'd-1234567890', GroupId: 'g-1' };
const MACHINE = `arn:aws:states:eu-west-1:${ME}:stateMachine:m`;
const TOPIC = `arn:aws:sns:eu-west-1:${ME}:t`;
const queueOf = (accountId: string) => ({ QueueUrl: `http://127.0.0.1:4566/${accountId}/q` });

type Row = readonly [service: string, operation: string, input: object, needs: readonly string[]];

/** The rights as AWS's Service Authorization Reference has them: action and every resource, all needed together. */
const ROWS: readonly Row[] = [
  ['sso', 'ListInstances', {}, ['sso:ListInstances *']],
  [
    'sso',
    'CreateAccountAssignment',
    assignment,
    [`sso:CreateAccountAssignment arn:aws:sso:::account/444444444444 ${INSTANCE} ${SET}`],
  ],
  [
    'sso',
    'ListAccountAssignments',
    { ...assignment, TargetId: undefined, AccountId: '5' },
    [`sso:ListAccountAssignments arn:aws:sso:::account/5 ${INSTANCE} ${SET}`],
  ],
  [
    'sso',
    'ProvisionPermissionSet',
    { ...assignment, TargetId: undefined },
    [`sso:ProvisionPermissionSet arn:aws:sso:::account/* ${INSTANCE} ${SET}`],
  ],
  [
    'sso',
    'CreatePermissionSet',
    { InstanceArn: INSTANCE, Name: 'n' },
    [`sso:CreatePermissionSet ${INSTANCE} arn:aws:sso:::permissionSet/ssoins-1111222233334444/*`],
  ],
  [
    'sso',
    'DescribeAccountAssignmentCreationStatus',
    { InstanceArn: INSTANCE },
    [`sso:DescribeAccountAssignmentCreationStatus ${INSTANCE}`],
  ],
  ['sso', 'TagResource', { InstanceArn: INSTANCE, ResourceArn: SET }, [`sso:TagResource ${SET}`]],
  [
    'identitystore',
    'GetGroupId',
    { IdentityStoreId: 'd-1234567890' },
    [`identitystore:GetGroupId arn:aws:identitystore:::group/* ${STORE}`],
  ],
  ['identitystore', 'DescribeGroup', group, [`identitystore:DescribeGroup arn:aws:identitystore:::group/g-1 ${STORE}`]],
  [
    'identitystore',
    'CreateGroupMembership',
    { ...group, MemberId: { UserId: 'u-1' } },
    [`identitystore:CreateGroupMembership arn:aws:identitystore:::group/g-1 ${STORE} arn:aws:identitystore:::user/u-1`],
  ],
  ['organizations', 'ListAccounts', {}, ['organizations:ListAccounts *']],
  [
    'organizations',
    'DescribeAccount',
    { AccountId: '444444444444' },
    ['organizations:DescribeAccount arn:aws:organizations::111111111111:account/o-exampleorg1/444444444444'],
  ],
  [
    'organizations',
    'ListTagsForResource',
    { ResourceId: 'ou-ab12-workloads' },
    ['organizations:ListTagsForResource arn:aws:organizations::111111111111:ou/o-exampleorg1/ou-ab12-workloads'],
  ],
  [
    'organizations',
    'MoveAccount',
    { AccountId: '444444444444', SourceParentId: 'r-ab12', DestinationParentId: 'ou-ab12-workloads' },
    [
      'organizations:MoveAccount arn:aws:organizations::111111111111:account/o-exampleorg1/444444444444 arn:aws:organizations::111111111111:ou/o-exampleorg1/ou-ab12-workloads arn:aws:organizations::111111111111:root/o-exampleorg1/r-ab12',
    ],
  ],
  ['tagging', 'GetResources', {}, ['tag:GetResources *']],
  ['states', 'StartExecution', { stateMachineArn: MACHINE }, [`states:StartExecution ${MACHINE}`]],
  [
    'states',
    'DescribeExecution',
    { executionArn: 'arn:aws:states:::execution:m:x' },
    ['states:DescribeExecution arn:aws:states:::execution:m:x'],
  ],
  ['sqs', 'SendMessage', queueOf('555555555555'), ['sqs:SendMessage arn:aws:sqs:eu-west-1:555555555555:q']],
  ['sqs', 'DeleteMessageBatch', queueOf(ME), [`sqs:DeleteMessage arn:aws:sqs:eu-west-1:${ME}:q`]],
  ['sqs', 'GetQueueUrl', { QueueName: 'q' }, [`sqs:GetQueueUrl arn:aws:sqs:eu-west-1:${ME}:q`]],
  ['sns', 'Publish', { TopicArn: TOPIC }, [`sns:Publish ${TOPIC}`]],
  [
    'events',
    'PutEvents',
    { Entries: [{}, { EventBusName: 'arn:aws:events:eu-west-1:5:event-bus/b' }] },
    [
      `events:PutEvents arn:aws:events:eu-west-1:${ME}:event-bus/default`,
      'events:PutEvents arn:aws:events:eu-west-1:5:event-bus/b',
    ],
  ],
  [
    'logs',
    'FilterLogEvents',
    { logGroupName: '/g' },
    [`logs:FilterLogEvents arn:aws:logs:eu-west-1:${ME}:log-group:/g`],
  ],
  [
    'logs',
    'GetLogEvents',
    { logGroupName: '/g', logStreamName: 's' },
    [`logs:GetLogEvents arn:aws:logs:eu-west-1:${ME}:log-group:/g:log-stream:s`],
  ],
  ['lambda', 'Invoke', { FunctionName: 'f' }, [`lambda:InvokeFunction arn:aws:lambda:eu-west-1:${ME}:function:f`]],
  ['monitoring', 'GetMetricStatistics', {}, ['cloudwatch:GetMetricStatistics *']],
  ['dynamodb', 'GetItem', { TableName: 't' }, [`dynamodb:GetItem arn:aws:dynamodb:eu-west-1:${ME}:table/t`]],
];

test.each(ROWS)('%s %s %j', (service, operation, input, needs) => {
  const call: Call = { operation, input, principal, region: 'eu-west-1' };
  const derived = defaultAccess(ORGANIZATION).get(service)?.(call) ?? [];
  expect(derived.map(({ action, resources }) => [action, ...resources].join(' '))).toEqual(needs);
});

test('a required resource type that cannot be derived is refused by name, never waved through', () => {
  const call: Call = { operation: 'DescribeActivity', input: {}, principal, region: 'eu-west-1' };
  expect(() => defaultAccess(ORGANIZATION).get('states')?.(call)).toThrow('does not implement states:DescribeActivity');
});
