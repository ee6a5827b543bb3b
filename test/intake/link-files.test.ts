import fc from 'fast-check';
import { linkIdOf, pairIdOf, printLink } from '../../lambda/domain/link';
import { linkKey } from '../../lambda/domain/link-document';
import { takeInLinkFiles } from '../../lambda/intake/link-files';
import { postLink } from '../../lambda/intake/post-link';
import { anyLink, parsedLink } from '../support/any-link';
import { IntakeTestWorld } from '../support/intake-world';

const TEXT = 'account%123456789012%Billing-ps%team-Accountants%GROUP%ssofile';
const FILE = `links_data/${TEXT}`;
const KEY = linkKey({ pairId: pairIdOf(parsedLink(TEXT)), linkId: linkIdOf(parsedLink(TEXT)) });

let messages = 0;
const message = (body: string) => ({ messageId: `message-${++messages}`, body });
const takeIn = (world: IntakeTestWorld, ...bodies: string[]) => takeInLinkFiles(world, bodies.map(message));
const requests = (world: IntakeTestWorld) => world.store.all('control').filter(({ pk }) => pk.startsWith('REQUEST#'));

describe('a link file', () => {
  test('that is put creates the link, and removing it deletes it', async () => {
    const world = new IntakeTestWorld();
    expect(await takeIn(world, world.bucket.put(FILE))).toEqual([]);
    expect(await world.store.get(KEY)).toMatchObject({
      state: 'present',
      generation: 1,
      source: 's3',
      submittedBy: 'AWS:AROAEXAMPLE:alice',
      objectVersionId: 'v1',
    });
    expect(world.rung).toEqual(['reconcile']);
    expect(await takeIn(world, world.bucket.remove(FILE))).toEqual([]);
    const deleted = await world.store.get(KEY);
    expect(deleted).toMatchObject({ state: 'deleted', generation: 2 });
    expect(deleted).not.toHaveProperty('objectVersionId');
    expect(
      requests(world)
        .map((request) => request.action)
        .sort(),
    ).toEqual(['create', 'delete']);
  });

  test('survives the way through the key encoding with any name', async () => {
    await fc.assert(
      fc.asyncProperty(anyLink, async (link) => {
        const world = new IntakeTestWorld();
        expect(await takeIn(world, world.bucket.put(`links_data/${printLink(link)}`))).toEqual([]);
        expect(world.store.all('links').map((item) => item.linkData)).toEqual([printLink(link)]);
      }),
    );
  });

  test.each(['team A & B', 'a+b=c@d,e.f', '50%25 owners', 'Prüfung 会計 Ж', 'a%2525b', 'a/b'])(
    'keeps the name %s',
    async (name) => {
      const world = new IntakeTestWorld();
      const text = `root%all%Ps+=,.@-_%${name}%GROUP%ssofile`;
      await takeIn(world, world.bucket.put(`links_data/${text}`));
      const [link] = world.store.all('links');
      expect(link).toMatchObject({ linkData: text, principalName: name.replaceAll('%25', '%') });
    },
  );

  test('with content is taken in with a warning', async () => {
    const world = new IntakeTestWorld();
    await takeIn(world, world.bucket.put(FILE, 12));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present' });
    expect(requests(world)).toEqual([expect.objectContaining({ message: expect.stringContaining('ignored') })]);
    expect(world.entries).toContainEqual(expect.objectContaining({ level: 'warn' }));
  });

  test('that is put again tries again; its notification delivered twice does not', async () => {
    const world = new IntakeTestWorld();
    const first = world.bucket.put(FILE);
    await takeIn(world, first);
    await takeIn(world, first);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 1 });
    await takeIn(world, world.bucket.put(FILE));
    expect(await world.store.get(KEY)).toMatchObject({ generation: 2 });
  });

  test('of a link that exists through the API is the same link', async () => {
    const world = new IntakeTestWorld();
    const body = JSON.stringify({ action: 'create', linkData: TEXT });
    await postLink(world, { requestId: 'request-1', body, query: {}, submittedBy: 'alice' });
    await takeIn(world, world.bucket.put(FILE));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', generation: 2, source: 's3' });
  });

  test('does not come back by an old notification after the link was deleted through the API', async () => {
    const world = new IntakeTestWorld();
    const old = world.bucket.put(FILE);
    await takeIn(world, old);
    const body = JSON.stringify({ action: 'delete', linkData: TEXT });
    await postLink(world, { requestId: 'request-1', body, query: {}, submittedBy: 'alice' });
    await takeIn(world, old);
    expect(await world.store.get(KEY)).toMatchObject({ state: 'deleted', generation: 2 });
  });

  test('that was put and removed before anybody looked is no link', async () => {
    const world = new IntakeTestWorld();
    const notifications = [world.bucket.put(FILE), world.bucket.remove(FILE)];
    expect(await takeIn(world, ...notifications)).toEqual([]);
    expect(world.store.all('links')).toEqual([]);
    for (const request of requests(world)) expect(request).toMatchObject({ status: 'DONE', message: 'no such link' });
  });
});

describe('a file whose name is no link', () => {
  test('is recorded and reported with every problem; its neighbours proceed', async () => {
    const world = new IntakeTestWorld();
    const bad = 'links_data/account%12345678901%Billing ps%team%GROUP%ssofile';
    expect(await takeIn(world, world.bucket.put(bad), world.bucket.put(FILE))).toEqual([]);
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present' });
    const rejected = requests(world).filter((request) => request.status === 'REJECTED');
    const errors = [
      { path: 'linkData.scopeValue', message: expect.any(String) },
      { path: 'linkData.permissionSetName', message: expect.any(String) },
    ];
    expect(rejected).toEqual([expect.objectContaining({ subject: bad, errors, submittedBy: 'AWS:AROAEXAMPLE:alice' })]);
    expect(world.notifications).toEqual([
      { subject: 'A link file was rejected', details: expect.objectContaining({ key: bad, errors }) },
    ]);
  });

  test('is not reported any more when it is gone', async () => {
    const world = new IntakeTestWorld();
    world.bucket.put('links_data/nonsense');
    expect(await takeIn(world, world.bucket.remove('links_data/nonsense'))).toEqual([]);
    expect(world.notifications).toEqual([]);
  });

  test('is recorded once, however often its message comes', async () => {
    const world = new IntakeTestWorld();
    const again = message(world.bucket.put('links_data/nonsense'));
    await takeInLinkFiles(world, [again]);
    await takeInLinkFiles(world, [again]);
    expect(requests(world)).toHaveLength(1);
    expect(world.notifications).toHaveLength(1);
  });

  test('is the folder itself: nothing happens', async () => {
    const world = new IntakeTestWorld();
    expect(await takeIn(world, world.bucket.put('links_data/'))).toEqual([]);
    expect(requests(world)).toEqual([]);
    expect(world.notifications).toEqual([]);
  });
});

describe('messages of the queue', () => {
  test('the test event of S3 is nothing to do', async () => {
    const world = new IntakeTestWorld();
    const test = { Service: 'Amazon S3', Event: 's3:TestEvent', Time: '2026-01-01T00:00:00.000Z', Bucket: 'bucket' };
    expect(await takeIn(world, JSON.stringify(test))).toEqual([]);
  });

  test('that fail are named, the others are done', async () => {
    const world = new IntakeTestWorld();
    const foreign = [message('not JSON'), message('{}'), message('null')];
    const good = message(world.bucket.put(FILE));
    expect(await takeInLinkFiles(world, [...foreign, good])).toEqual(foreign.map(({ messageId }) => messageId));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present' });
  });

  test('come again when a rejected file cannot be recorded; then it is recorded and told together', async () => {
    const world = new IntakeTestWorld();
    const again = message(world.bucket.put('links_data/nonsense'));
    world.store.beforeTransact = () => Promise.reject(new Error('DynamoDB'));
    expect(await takeInLinkFiles(world, [again])).toEqual([again.messageId]);
    expect([requests(world), world.notifications]).toEqual([[], []]);
    world.store.beforeTransact = () => undefined;
    expect(await takeInLinkFiles(world, [again])).toEqual([]);
    expect([requests(world).length, world.notifications.length]).toEqual([1, 1]);
  });
});

describe('put and remove of one file', () => {
  /** Puts and removals, each handled (once or twice) at the same time as all others, in every order of steps. */
  test('handled at the same time end as the key is', async () => {
    let races = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.record({ put: fc.boolean(), twice: fc.boolean() }), { minLength: 1, maxLength: 4 }),
        async (scheduler, operations) => {
          const world = new IntakeTestWorld();
          const { store, bucket } = world;
          const slow = {
            ...world,
            store: Object.assign(Object.create(store), {
              get: scheduler.scheduleFunction(store.get.bind(store)),
              transact: scheduler.scheduleFunction(store.transact.bind(store)),
            }),
            files: { look: scheduler.scheduleFunction(async (key: string) => bucket.look(key)) },
          };
          const operate = scheduler.scheduleFunction(async (put: boolean) =>
            put ? bucket.put(FILE) : bucket.remove(FILE),
          );
          const failed: string[] = [];
          const handle = async (put: boolean, twice: boolean) => {
            const body = await operate(put);
            const copies = twice ? [message(body), message(body)] : [message(body)];
            await Promise.all(copies.map(async (copy) => failed.push(...(await takeInLinkFiles(slow, [copy])))));
          };
          const all = Promise.all(operations.map(({ put, twice }) => handle(put, twice)));
          await scheduler.waitFor(all);
          expect(failed).toEqual([]);
          const link = await store.get(KEY);
          expect(link?.state === 'present').toBe(bucket.has(FILE));
          races += operations.length > 1 ? 1 : 0;
        },
      ),
      { numRuns: 500 },
    );
    expect(races).toBeGreaterThan(100);
  });
});

describe('a link file named as before version 3.0.3 of the predecessor', () => {
  const OLD = 'links_data/account.123456789012.Billing-ps.team-Accountants.GROUP.ssofile';
  const understanding = () => Object.assign(new IntakeTestWorld(), { understandsDotted: true });

  test('is refused unless the configuration says that there are such', async () => {
    const world = new IntakeTestWorld();
    await takeIn(world, world.bucket.put(OLD));
    expect(world.store.all('links')).toEqual([]);
    expect(requests(world)).toMatchObject([{ status: 'REJECTED' }]);
  });

  test('declares its link, and takes it away again', async () => {
    const world = understanding();
    await takeIn(world, world.bucket.put(OLD));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', linkData: TEXT });
    await takeIn(world, world.bucket.remove(OLD));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'deleted' });
  });

  test('may go when there is one with the name of today: the link stays', async () => {
    const world = understanding();
    await takeIn(world, world.bucket.put(OLD), world.bucket.put(FILE));
    const late = world.bucket.remove(OLD);
    await takeIn(world, late);
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present' });
    await takeIn(world, world.bucket.remove(FILE));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'deleted' });
  });

  test('is refused when it can be read in more than one way', async () => {
    const world = understanding();
    await takeIn(world, world.bucket.put('links_data/root.all.team.ops.jane.doe.USER.ssofile'));
    expect(world.store.all('links')).toEqual([]);
    const [request] = requests(world);
    expect(JSON.stringify(request)).toContain('more than one way');
  });
});
