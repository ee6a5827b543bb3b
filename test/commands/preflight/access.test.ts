import { Access } from '../../../bin/commands/preflight/access';
import { LOOKUP_ROLE } from '../../../lib/lookup-role';
import { env } from './sound-facts';

const TARGET = { accountId: '333333333333', region: 'eu-west-1' };
const OWN = { accountId: '444444444444', region: 'eu-west-1' };

/** STS as seen by the account 444444444444 and by profiles, with the roles that may be assumed. */
function stsOf(profiles: Readonly<Record<string, string>>, mayAssume = true) {
  const assumed: string[] = [];
  const sts = ({ profile }: { profile?: string }) => ({
    async send(command: { readonly input: { RoleArn?: string } }) {
      const { RoleArn } = command.input;
      if (RoleArn === undefined) return { Account: profile === undefined ? '444444444444' : profiles[profile] };
      assumed.push(RoleArn);
      if (!mayAssume) throw new Error('not authorized to perform: sts:AssumeRole');
      return { Credentials: { AccessKeyId: 'key', SecretAccessKey: 'secret', SessionToken: 'token' } };
    },
  });
  return { assumed, sts: sts as unknown as ConstructorParameters<typeof Access>[2] };
}

test('the own account is read with the own credentials', async () => {
  const { sts, assumed } = stsOf({});
  expect(await new Access(env(), { profiles: {}, roleName: LOOKUP_ROLE }, sts).at(OWN)).toEqual({
    region: 'eu-west-1',
  });
  expect(assumed).toEqual([]);
});

test('or with the role, where a step of a pipeline has no other rights, unless it has a profile', async () => {
  const { sts, assumed } = stsOf({});
  const options = { profiles: {}, roleName: LOOKUP_ROLE, alwaysAssume: true };
  await new Access(env(), options, sts).at(OWN);
  expect(assumed).toEqual([`arn:aws:iam::${OWN.accountId}:role/cdk-hnb659fds-lookup-role-${OWN.accountId}-eu-west-1`]);
  const own = stsOf({ own: OWN.accountId });
  const profiles = { [OWN.accountId]: 'own' };
  expect(await new Access(env(), { ...options, profiles }, own.sts).at(OWN)).toEqual({
    region: 'eu-west-1',
    profile: 'own',
  });
});

test('another account is read with the role that the bootstrap made for lookups', async () => {
  const { sts, assumed } = stsOf({});
  const access = new Access(env(), { profiles: {}, roleName: LOOKUP_ROLE }, sts);
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' };
  expect(await access.at(TARGET)).toEqual({ region: 'eu-west-1', credentials });
  await access.at(TARGET);
  expect(assumed).toEqual(['arn:aws:iam::333333333333:role/cdk-hnb659fds-lookup-role-333333333333-eu-west-1']);
});

test('or with a role or a profile that is named', async () => {
  const { sts, assumed } = stsOf({ target: '333333333333' });
  await new Access(env(), { profiles: {}, roleName: 'Auditor' }, sts).at(TARGET);
  expect(assumed).toEqual(['arn:aws:iam::333333333333:role/Auditor']);
  const named = new Access(env(), { profiles: { '333333333333': 'target' }, roleName: 'Auditor' }, sts);
  expect(await named.at(TARGET)).toEqual({ region: 'eu-west-1', profile: 'target' });
});

test('a profile of another account is refused, and a role that cannot be assumed names the options', async () => {
  const wrong = stsOf({ target: '999999999999' });
  const named = new Access(env(), { profiles: { '333333333333': 'target' }, roleName: LOOKUP_ROLE }, wrong.sts);
  await expect(named.at(TARGET)).rejects.toThrow(
    'the profile target belongs to the account 999999999999, not 333333333333',
  );
  const { sts } = stsOf({}, false);
  await expect(new Access(env(), { profiles: {}, roleName: LOOKUP_ROLE }, sts).at(TARGET)).rejects.toThrow(
    'sts:AssumeRole); give --profile 333333333333=NAME, or --role',
  );
});

test('credentials that cannot be used are told with the option that gives others', async () => {
  const sts = () => ({ send: () => Promise.reject(new Error('Could not load credentials from any providers')) });
  const access = new Access(env(), { profiles: {}, roleName: LOOKUP_ROLE }, sts as never);
  await expect(access.at(TARGET)).rejects.toThrow(
    'the own credentials cannot be used (Could not load credentials from any providers); give --profile 333333333333=NAME',
  );
});
