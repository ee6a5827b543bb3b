import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from '../config/configuration';
import { EventForwarding } from '../constructs/event-forwarding';
import { directoryPattern, identityCenterPattern } from '../event-patterns';
import { Names } from '../names';
import { stackProperties } from './stack-properties';

/**
 * In the management account, in the primary Region of Identity Center, where Identity Center is administered from
 * another account. AWS: a call is told in the account that made it, and the management account may always make one.
 */
export class ManagementStack extends Stack {
  constructor(scope: Construct, id: string, configuration: Configuration) {
    const names = new Names(configuration);
    const location = { accountId: configuration.management.accountId, region: configuration.identityCenter.region };
    const description = 'Identity center controller: tells what the management account does to Identity Center';
    super(scope, id, stackProperties(configuration, location, names.stack('management'), description));
    new EventForwarding(this, 'Events', {
      source: 'management',
      location,
      configuration,
      names,
      patterns: { directory: directoryPattern(), 'identity-center': identityCenterPattern(names) },
    });
  }
}
