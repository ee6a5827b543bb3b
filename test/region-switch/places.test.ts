import { refuseWrongPlace, requirePlace } from '../../bin/region-switch/places';
import { loadConfiguration } from '../../lib/config';

const configuration = loadConfiguration('env');
const { environment, target, identityCenter } = configuration;
const to = { accountId: identityCenter.accountId, region: 'eu-central-1' };
const source = { accountId: '222222222222', region: 'eu-west-1', instanceArn: 'arn:old', identityStoreId: 'd-1' };

describe('an installation is about the place of the switch', () => {
  test('or is refused by the key that differs', () => {
    expect(() => requirePlace(configuration, identityCenter, 'SSOServiceAccountRegion')).not.toThrow();
    const elsewhere = { ...identityCenter, accountId: '999999999999' };
    expect(() => requirePlace(configuration, elsewhere, 'SSOServiceAccountRegion')).toThrow(
      'its SSOServiceAccountId is 222222222222, that of the switch is 999999999999',
    );
    expect(() => requirePlace(configuration, to, 'SSOServiceTargetAccountRegion')).toThrow(
      'its SSOServiceAccountRegion is eu-west-1, SSOServiceTargetAccountRegion of the switch is eu-central-1',
    );
  });
});

describe('what was discovered is recreated elsewhere', () => {
  const refuse = (instance: { instanceArn: string; PrimaryRegion?: string }, installation?: object) =>
    refuseWrongPlace(
      { manifest: { source: { ...source, ...(installation ? { installation } : {}) } } } as never,
      instance,
      { to },
      configuration,
    );

  test.each([
    ['another Identity Center', { instanceArn: 'arn:new' }],
    ['another one whose primary Region it is', { instanceArn: 'arn:new', PrimaryRegion: 'eu-central-1' }],
  ])('in %s', (_, instance) => {
    expect(() => refuse(instance)).not.toThrow();
  });

  test.each([
    ['the same Identity Center', { instanceArn: 'arn:old', PrimaryRegion: 'eu-central-1' }],
    ['a replica of another Region', { instanceArn: 'arn:new', PrimaryRegion: 'eu-west-1' }],
  ])('not in %s', (_, instance) => {
    expect(() => refuse(instance)).toThrow(
      'is a replica, its primary Region is elsewhere: there is nothing to recreate',
    );
  });

  test('not by the installation that was discovered; another environment or Region is another one', () => {
    const instance = { instanceArn: 'arn:new' };
    expect(() => refuse(instance, { environment, ...target })).toThrow(
      'env in eu-west-1 is the installation that was discovered',
    );
    for (const other of [{ environment: 'old' }, { region: 'us-east-1' }, { accountId: '999999999999' }]) {
      expect(() => refuse(instance, { environment, ...target, ...other })).not.toThrow();
    }
  });
});
