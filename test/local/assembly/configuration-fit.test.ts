import type { Configuration } from '../../../lib/config';
import { seededRandom, VirtualClock } from '../../../local/clock';
import { requireFit } from '../../../local/configuration-fit';
import { UserMessage } from '../../../local/user-message';
import { World } from '../../../local/world/world';

const world = World.fromDocument(
  {
    organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
    root: {
      id: 'r-ab12',
      accounts: ['111111111111', '222222222222', '333333333333'].map((id) => ({ id, name: `account-${id}` })),
    },
    identityCenter: { region: 'eu-west-1', delegatedAdministratorAccountId: '222222222222' },
  },
  { clock: new VirtualClock(), random: seededRandom(1) },
);

type Fitted = Pick<Configuration, 'partition' | 'management' | 'identityCenter' | 'target'>;

const FITTING: Fitted = {
  partition: 'aws',
  management: { accountId: '111111111111', region: 'us-east-1' },
  identityCenter: { accountId: '222222222222', region: 'eu-west-1' },
  target: { accountId: '333333333333', region: 'eu-central-1' },
};

const check = (changes: Partial<Fitted>) => requireFit({ ...FITTING, ...changes } as Configuration, world);

describe('configuration and organization file', () => {
  test('fit', () => {
    expect(() => check({})).not.toThrow();
    expect(() => check({ identityCenter: { accountId: '111111111111', region: 'eu-west-1' } })).not.toThrow();
  });

  test('every difference is named in one message for the user', () => {
    const wrong = {
      partition: 'aws-cn',
      management: { accountId: '111111111112', region: 'us-east-1' },
      identityCenter: { accountId: '333333333333', region: 'eu-central-1' },
      target: { accountId: '444444444444', region: 'eu-west-1' },
    } as const;
    expect(() => check(wrong)).toThrow(UserMessage);
    expect(() => check(wrong)).toThrow(
      [
        'The configuration does not fit the organization file:',
        '  the local cloud is in the partition aws, the configuration in aws-cn',
        '  OrgMainAccountId is 111111111112, the management account 111111111111',
        '  SSOServiceAccountId 333333333333 is neither the management account nor identityCenter.delegatedAdministratorAccountId',
        '  SSOServiceAccountRegion is eu-central-1, identityCenter.region eu-west-1',
        '  TargetAccountId 444444444444 is no account of the organization',
      ].join('\n'),
    );
  });
});
