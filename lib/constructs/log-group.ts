import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { regionalArn } from '../arns';
import type { Location } from '../config/configuration';
import type { DataKey } from './data-key';

/** Days that logs are kept: long enough to look into what somebody notices at the end of a quarter. */
const RETENTION_DAYS = 90;

export interface LogGroupProps {
  readonly logGroupName: string;
  readonly location: Location;
  readonly key: DataKey;
}

/** A log group that exists before anything writes to it: encrypted, with an end. */
export class LogGroup extends Construct {
  readonly name: string;
  /** Without `:*` at the end. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { logGroupName, location, key }: LogGroupProps) {
    super(scope, id);
    const group = new CfnLogGroup(this, 'Resource', {
      logGroupName,
      retentionInDays: RETENTION_DAYS,
      kmsKeyId: key.arn,
    });
    group.applyRemovalPolicy(RemovalPolicy.DESTROY);
    this.name = group.ref;
    this.arn = regionalArn('logs', location, `log-group:${group.ref}`);
  }
}
