import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { accountPrincipal, regionalArn } from '../arns';
import type { Location } from '../config/configuration';
import { type Partition, viaService } from '../config/partition';
import { allow, type Grantee } from './allow';

/** Services that use the key with the rights of whoever calls them. */
export type KeyUsingService = 'dynamodb' | 's3' | 'sqs' | 'sns';

export interface DataKeyProps {
  readonly alias: string;
  readonly location: Location;
  readonly partition: Partition;
  /** The beginnings of the names of the log groups that are encrypted with the key. */
  readonly logGroupPrefixes: readonly string[];
  /** ARNs of the alarms that publish to the topic, as a pattern. */
  readonly alarms: string;
  /** S3 sends notifications to a queue that is encrypted with the key. */
  readonly bucketNotifications: boolean;
}

/** AWS: what CloudWatch Logs does with the key of a log group. */
const LOG_ACTIONS = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:DescribeKey',
];

/** The one key of everything that the controller stores. */
export class DataKey extends Construct {
  readonly arn: string;
  private readonly given = new WeakMap<Grantee, Set<string>>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DataKeyProps,
  ) {
    super(scope, id);
    const key = new CfnKey(this, 'Resource', {
      description: 'Tables, artefacts, messages and logs of the identity center controller',
      enableKeyRotation: true,
      keyPolicy: {
        Version: '2012-10-17',
        Statement: [this.owner(), this.logs(), this.alarms(), ...this.notifications()],
      },
    });
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new CfnAlias(this, 'Alias', { aliasName: props.alias, targetKeyId: key.attrKeyId });
    this.arn = key.attrArn;
  }

  /** Lets a role use the key through one service and in no other way. */
  allowThrough(role: Grantee, service: KeyUsingService, actions: readonly KeyAction[], why: string): void {
    const known = this.given.get(role) ?? new Set();
    const added = actions.filter((action) => !known.has(`${service} ${action}`));
    for (const action of added) known.add(`${service} ${action}`);
    this.given.set(role, known);
    if (added.length === 0) return;
    const { location, partition } = this.props;
    const services = viaService(service, location.region, partition);
    allow(role, added, [this.arn], why, { StringEquals: { 'kms:ViaService': services } });
  }

  /** AWS: without this statement nobody could manage the key, and IAM policies about it would have no effect. */
  private owner() {
    const { accountId } = this.props.location;
    return { Effect: 'Allow', Principal: { AWS: accountPrincipal(accountId) }, Action: 'kms:*', Resource: '*' };
  }

  private logs() {
    const { location, logGroupPrefixes } = this.props;
    const groups = logGroupPrefixes.map((prefix) => regionalArn('logs', location, `log-group:${prefix}*`));
    return {
      Effect: 'Allow',
      Principal: { Service: `logs.${location.region}.${Aws.URL_SUFFIX}` },
      Action: LOG_ACTIONS,
      Resource: '*',
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    };
  }

  /** An alarm that publishes to an encrypted topic uses its key as the service. */
  private alarms() {
    const { location, alarms } = this.props;
    return {
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:SourceAccount': location.accountId },
        ArnLike: { 'aws:SourceArn': alarms },
      },
    };
  }

  private notifications() {
    if (!this.props.bucketNotifications) return [];
    return [
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': this.props.location.accountId } },
      },
    ];
  }
}

export type KeyAction = 'kms:Decrypt' | 'kms:GenerateDataKey';
