import type { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { IdentityStorePrincipals } from '../../lambda/aws/identity-store-principals';
import type { PrincipalId } from '../../lambda/domain/ids';
import { smallOrganization, smallWorld } from '../local/world/small-world';
import { clientsOf } from './support/service-clients';

const UNKNOWN = '00000000-0000-4000-8000-000000000000' as PrincipalId;

/** The simulated directory; `refuses` answers an operation by name before it is asked. */
function directory(refuses: (operation: string) => unknown = () => undefined) {
  const { world, ids } = smallWorld({ document: smallOrganization() });
  const { identityStore } = clientsOf(world);
  const asked: string[] = [];
  const client = {
    send: async (command: { constructor: { name: string } }) => {
      asked.push(command.constructor.name);
      const answer = refuses(command.constructor.name);
      if (answer instanceof Error) throw answer;
      return answer ?? identityStore.send(command as never);
    },
  } as unknown as IdentitystoreClient;
  const instance = async () => ({ instanceArn: 'unused', identityStoreId: 'd-1234567890' });
  const principals = new IdentityStorePrincipals({
    identityStore: client,
    instance,
    paceIdentityStore: async () => undefined,
  });
  return { principals, ids, asked };
}

function unknownOperation(): Error {
  return Object.assign(new Error('UnknownError'), { name: 'UnknownOperationException' });
}

test('names and ids lead to each other; what is not there is nothing', async () => {
  const { principals } = directory();
  const group = await principals.find('GROUP', 'team-One');
  const user = await principals.find('USER', 'alice');
  expect(await principals.nameOf('GROUP', group ?? UNKNOWN)).toBe('team-One');
  expect(await principals.nameOf('USER', user ?? UNKNOWN)).toBe('alice');
  expect([await principals.find('GROUP', 'nobody'), await principals.nameOf('USER', UNKNOWN)]).toEqual([
    undefined,
    undefined,
  ]);
  expect(await principals.any()).toBe(true);
});

test('where a Region lacks GetGroupId and GetUserId, the deprecated filter finds the same', async () => {
  const { principals, asked } = directory((name) => (/^Get/.test(name) ? unknownOperation() : undefined));
  const { principals: whole } = directory();
  for (const [type, name] of [
    ['GROUP', 'team-One'],
    ['USER', 'alice'],
    ['GROUP', 'nobody'],
  ] as const) {
    expect(await principals.find(type, name)).toBe(await whole.find(type, name));
  }
  expect(asked).toEqual([
    ...['GetGroupIdCommand', 'ListGroupsCommand'],
    ...['GetUserIdCommand', 'ListUsersCommand'],
    ...['GetGroupIdCommand', 'ListGroupsCommand'],
  ]);
});

test('another fault is no reason to search', async () => {
  const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  const { principals, asked } = directory((name) => (/^Get/.test(name) ? denied : undefined));
  await expect(principals.find('GROUP', 'team-One')).rejects.toMatchObject({ name: 'Denied' });
  expect(asked).toEqual(['GetGroupIdCommand']);
});

test('what is shown instead of a name is no name', async () => {
  const { principals } = directory((name) =>
    name === 'DescribeGroupCommand' ? { DisplayName: 'HIDDEN_DUE_TO_SECURITY_REASONS' } : undefined,
  );
  await expect(principals.nameOf('GROUP', UNKNOWN)).rejects.toMatchObject({ name: 'Unavailable' });
});

test('an empty directory says so', async () => {
  const { principals } = directory((name) => (/^List/.test(name) ? {} : undefined));
  expect(await principals.any()).toBe(false);
});
