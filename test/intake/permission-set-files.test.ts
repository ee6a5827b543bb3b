import fc from 'fast-check';
import type { PermissionSetName, RequestId } from '../../lambda/domain/ids';
import { OUTBOX } from '../../lambda/domain/notification';
import { permissionSetKey } from '../../lambda/domain/permission-set-document';
import { takeInPermissionSetFiles } from '../../lambda/intake/permission-set-files';
import { postLink } from '../../lambda/intake/post-link';
import { postPermissionSet } from '../../lambda/intake/post-permission-set';
import { IntakeTestWorld } from '../support/intake-world';

const NAME = 'Billing-ps' as PermissionSetName;
const FILE = `permission_sets/${NAME}.json`;
const KEY = permissionSetKey(NAME);
const UPLOADER = 'AWS:AROAEXAMPLE:alice';
const LINK = 'root%all%Billing-ps%team-Accountants%GROUP%ssofile';

const text = (parts: object = {}) => JSON.stringify({ permissionSetName: NAME, ...parts });
const BAD = text({ colour: 'red' });

let messages = 0;
const message = (body: string) => ({ messageId: `message-${++messages}`, body });
const takeIn = (world: IntakeTestWorld, ...bodies: string[]) => takeInPermissionSetFiles(world, bodies.map(message));
const requests = (world: IntakeTestWorld) => world.store.all('control').filter(({ pk }) => pk.startsWith('REQUEST#'));
const history = (world: IntakeTestWorld) =>
  world.store.all('permission-sets').filter(({ sk }) => sk.startsWith('GENERATION#'));

function post(world: IntakeTestWorld, action: string, parts: object = {}) {
  const body = JSON.stringify({ action, permissionSetData: { permissionSetName: NAME, ...parts } });
  return postPermissionSet(world, { requestId: `request-${++messages}`, body, query: {}, submittedBy: 'bob' });
}

function link(world: IntakeTestWorld, action: 'create' | 'delete') {
  const body = JSON.stringify({ action, linkData: LINK });
  return postLink(world, { requestId: `request-${++messages}`, body, query: {}, submittedBy: 'bob' });
}

/** Something that comes in between reading and the next writing. */
function meanwhile(world: IntakeTestWorld, act: () => Promise<unknown>) {
  world.store.beforeTransact = async () => {
    world.store.beforeTransact = () => undefined;
    await act();
  };
}

/** A world in which the file was put with each of these contents, one after the other. */
async function worldWith(...contents: string[]): Promise<IntakeTestWorld> {
  const world = new IntakeTestWorld();
  for (const content of contents) expect(await takeIn(world, world.bucket.put(FILE, content))).toEqual([]);
  return world;
}

describe('a permission set file', () => {
  test('that is put creates the permission set, and removing it deletes it', async () => {
    const world = await worldWith(text({ tags: [] }));
    expect(await world.store.get(KEY)).toMatchObject({
      state: 'present',
      generation: 1,
      document: text({ tags: [] }),
      source: 's3',
      submittedBy: UPLOADER,
      objectVersionId: 'v1',
    });
    expect(world.rung).toEqual(['converge-permission-sets']);
    expect(await takeIn(world, world.bucket.remove(FILE))).toEqual([]);
    const deleted = await world.store.get(KEY);
    expect(deleted).toMatchObject({ state: 'deleted', generation: 2, document: text({ tags: [] }) });
    expect(deleted).not.toHaveProperty('objectVersionId');
    expect(history(world)).toMatchObject([{ action: 'create' }, { action: 'delete' }]);
    expect(requests(world)).toMatchObject([
      { kind: 'permissionSet', subject: NAME, status: 'ACCEPTED', submittedBy: UPLOADER },
      { kind: 'permissionSet', subject: NAME, status: 'ACCEPTED', submittedBy: UPLOADER },
    ]);
  });

  test('that is replaced replaces the whole permission set', async () => {
    const world = await worldWith(text({ description: 'first' }), text({ relayState: '/' }));
    expect(await world.store.get(KEY)).toMatchObject({ generation: 2, document: text({ relayState: '/' }) });
    expect(history(world)).toMatchObject([{ action: 'create' }, { action: 'update' }]);
  });

  test('may begin with a byte order mark and hold any white space', async () => {
    const world = await worldWith(`\uFEFF\r\n${JSON.stringify(JSON.parse(text({ tags: [] })), null, 4)}\r\n`);
    expect(await world.store.get(KEY)).toMatchObject({ document: text({ tags: [] }) });
  });

  test('survives the way through the key encoding with any name', async () => {
    const anyName = fc.string({ unit: fc.constantFrom(...'azAZ09_+=,.@-'), minLength: 1, maxLength: 32 });
    const awkward = fc.constantFrom('team.billing.v2', 'alice@example.com', '.', '.json', 'a.json', 'a+b=c', '+');
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyName, awkward), async (permissionSetName) => {
        const world = new IntakeTestWorld();
        const key = `permission_sets/${permissionSetName}.json`;
        expect(await takeIn(world, world.bucket.put(key, JSON.stringify({ permissionSetName })))).toEqual([]);
        const document = await world.store.get(permissionSetKey(permissionSetName as PermissionSetName));
        expect(document).toMatchObject({ permissionSetName, state: 'present' });
      }),
    );
  });

  test('that is put again tries again; its notification delivered twice does not', async () => {
    const world = new IntakeTestWorld();
    const first = world.bucket.put(FILE, text());
    await takeIn(world, first, first);
    await takeIn(world, first);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 1 });
    await takeIn(world, world.bucket.put(FILE, text()));
    expect(await world.store.get(KEY)).toMatchObject({ generation: 2 });
    const removal = world.bucket.remove(FILE);
    await takeIn(world, removal);
    await takeIn(world, removal);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 3 });
  });

  test('is what its last notification saw: earlier ones that come later change nothing', async () => {
    const world = new IntakeTestWorld();
    const [first, second] = [world.bucket.put(FILE, text()), world.bucket.put(FILE, text({ relayState: '/' }))];
    await takeIn(world, second);
    await takeIn(world, first);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 1, document: text({ relayState: '/' }) });
    const [removal, third] = [world.bucket.remove(FILE), world.bucket.put(FILE, text())];
    await takeIn(world, third);
    await takeIn(world, removal);
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', generation: 2, document: text() });
  });

  test('of a permission set that exists through the API is the same permission set', async () => {
    const world = new IntakeTestWorld();
    await post(world, 'create', { description: 'by API' });
    await takeIn(world, world.bucket.put(FILE, text()));
    expect(await world.store.get(KEY)).toMatchObject({ generation: 2, document: text(), source: 's3' });
    await post(world, 'update', { description: 'by API' });
    await takeIn(world, world.bucket.remove(FILE));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'deleted', generation: 4 });
  });

  test('does not come back by an old notification after the permission set was deleted through the API', async () => {
    const world = new IntakeTestWorld();
    const old = world.bucket.put(FILE, text());
    await takeIn(world, old);
    await post(world, 'delete');
    await takeIn(world, old);
    expect(await world.store.get(KEY)).toMatchObject({ state: 'deleted', generation: 2 });
  });

  test('that is removed after the permission set was deleted through the API changes nothing', async () => {
    const world = await worldWith(text());
    await post(world, 'delete');
    await takeIn(world, world.bucket.remove(FILE));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'deleted', generation: 2 });
    expect(requests(world)).toHaveLength(2);
  });

  test('is taken in once when its notification says nothing of its order', async () => {
    const world = new IntakeTestWorld();
    const unordered = world.bucket.put(FILE, text()).replace(/,"sequencer":"\w+"/, '');
    expect(unordered).not.toContain('sequencer');
    expect(await takeIn(world, unordered)).toEqual([]);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 1, document: text() });
  });

  test('that was put and removed before anybody looked is no permission set', async () => {
    const world = new IntakeTestWorld();
    expect(await takeIn(world, world.bucket.put(FILE, text()), world.bucket.remove(FILE))).toEqual([]);
    expect(world.store.all('permission-sets')).toEqual([]);
    expect(world.notifications).toEqual([]);
  });
});

describe('a file that cannot be taken in', () => {
  const TOO_LARGE = 256 * 1024 + 1;

  test.each<[name: string, key: string, content: string | number, paths: string[]]>([
    ['is not called .json', 'Billing-ps.yaml', text(), ['file name']],
    ['is called .JSON', 'Billing-ps.JSON', text(), ['file name']],
    ['has no extension', 'Billing-ps', text(), ['file name']],
    ['has no name', '.json', text(), ['file name']],
    ['has a space in its name', 'Billing ps.json', text(), ['file name']],
    ['lies in a folder', 'team/Billing-ps.json', text(), ['file name']],
    ['has a name of 33 characters', `${'n'.repeat(33)}.json`, text(), ['file name']],
    ['holds another permission set', 'Other-ps.json', text(), ['permissionSetName']],
    ['holds one that is spelt differently', 'billing-ps.json', text(), ['permissionSetName']],
    ['is empty', 'Billing-ps.json', '', ['file']],
    ['is not JSON', 'Billing-ps.json', 'permissionSetName: Billing-ps', ['file']],
    ['is a list', 'Billing-ps.json', `[${text()}]`, ['file']],
    ['is too large', 'Billing-ps.json', TOO_LARGE, ['file']],
    ['has no name in it', 'Billing-ps.json', '{"tags": []}', ['permissionSetName']],
    ['has a key twice', 'Billing-ps.json', '{"tags":[],"permissionSetName":"Billing-ps","tags":[]}', ['tags']],
    [
      'is the body of a request',
      'Billing-ps.json',
      `{"action": "create", "permissionSetData": ${text()}}`,
      ['permissionSetName', 'action', 'permissionSetData'],
    ],
    [
      'breaks several rules',
      'Billing-ps.json',
      text({ description: '', tags: [{ Key: 'a' }, { Key: 'a', Value: '' }] }),
      ['description', 'tags.0.Value', 'tags.1.Key'],
    ],
    ['is of others', 'AWSBilling.json', '{"permissionSetName": "AWSBilling"}', ['permissionSetName']],
  ])('because it %s is recorded and reported; its neighbours proceed', async (_, file, content, paths) => {
    const world = new IntakeTestWorld();
    const key = `permission_sets/${file}`;
    const neighbour = world.bucket.put('permission_sets/Audit-ps.json', '{"permissionSetName": "Audit-ps"}');
    expect(await takeIn(world, world.bucket.put(key, content), neighbour)).toEqual([]);
    expect(world.store.all('permission-sets').filter(({ sk }) => sk === 'DOCUMENT')).toMatchObject([
      { permissionSetName: 'Audit-ps' },
    ]);
    const [rejected, ...others] = requests(world).filter(({ status }) => status === 'REJECTED');
    expect(others).toEqual([]);
    expect(rejected).toMatchObject({ kind: 'permissionSet', action: 'create', subject: key, submittedBy: UPLOADER });
    const errors = rejected?.errors as { path: string; message: string }[];
    expect(errors.map(({ path }) => path).sort()).toEqual([...paths].sort());
    const details = { requestId: rejected?.requestId, key, submittedBy: UPLOADER, errors, remedy: expect.any(String) };
    expect(world.notifications).toEqual([{ subject: 'A permission set file was rejected', details }]);
  });

  test.each([
    ['Other-ps.json', text(), 'expected Other-ps, as the file is called, got Billing-ps'],
    ['Billing-ps.json', TOO_LARGE, 'expected at most 262144 bytes, got 262145'],
    ['Billing-ps.yaml', '', 'expected <permissionSetName>.json'],
    ['Billing-ps.json', '{', 'is not JSON: expected a permission set as a JSON object'],
  ])('says what is wrong: %s, %j', async (file, content, told) => {
    const world = new IntakeTestWorld();
    await takeIn(world, world.bucket.put(`permission_sets/${file}`, content));
    expect(requests(world)).toMatchObject([{ errors: [{ message: told }] }]);
  });

  test('leaves the permission set as it was, until a better one comes', async () => {
    const world = await worldWith(text({ relayState: '/' }), BAD);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 1, document: text({ relayState: '/' }) });
    expect(history(world)).toHaveLength(1);
    await takeIn(world, world.bucket.put(FILE, text()));
    const corrected = await world.store.get(KEY);
    expect(corrected).toMatchObject({ generation: 2, document: text() });
  });

  test('leaves what the API made when it is removed, also after the API changed it', async () => {
    const world = new IntakeTestWorld();
    await post(world, 'create');
    await takeIn(world, world.bucket.put(FILE, BAD));
    expect(await world.store.get(KEY)).toMatchObject({ generation: 1, state: 'present' });
    await takeIn(world, world.bucket.remove(FILE));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', generation: 1 });
    await takeIn(world, world.bucket.put(FILE, BAD));
    await post(world, 'update', { relayState: '/' });
    await takeIn(world, world.bucket.remove(FILE));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', generation: 2 });
    await takeIn(world, world.bucket.put(FILE, text()));
    await takeIn(world, world.bucket.remove(FILE));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'deleted', generation: 4 });
  });

  test.each<[name: string, happen: (world: IntakeTestWorld) => Promise<unknown>]>([
    [
      'when it was put before the permission set was declared',
      async (world) => {
        await takeIn(world, world.bucket.put(FILE, BAD));
        await post(world, 'create');
        await takeIn(world, world.bucket.remove(FILE));
      },
    ],
    [
      'when it was put and removed before anybody looked',
      async (world) => {
        await post(world, 'create');
        await takeIn(world, world.bucket.put(FILE, BAD), world.bucket.remove(FILE));
      },
    ],
    [
      'when a file had declared an earlier permission set of the name',
      async (world) => {
        await takeIn(world, world.bucket.put(FILE, text()));
        await post(world, 'delete');
        await takeIn(world, world.bucket.remove(FILE));
        await post(world, 'create');
        await takeIn(world, world.bucket.put(FILE, BAD));
        await takeIn(world, world.bucket.remove(FILE));
      },
    ],
    [
      'when there never was one',
      async (world) => {
        await post(world, 'create');
        await takeIn(world, world.bucket.remove(FILE));
      },
    ],
  ])('does not take what the API made with it: %s', async (_, happen) => {
    const world = new IntakeTestWorld();
    await happen(world);
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present' });
  });

  test('is refused also when the API changes the permission set meanwhile', async () => {
    const world = new IntakeTestWorld();
    await post(world, 'create');
    meanwhile(world, () => post(world, 'update'));
    await takeIn(world, world.bucket.put(FILE, BAD));
    expect(world.notifications).toHaveLength(1);
    expect(await world.store.get(KEY)).toMatchObject({ generation: 2, state: 'present' });
  });

  test('is recorded once, however often its message comes', async () => {
    const world = new IntakeTestWorld();
    const again = message(world.bucket.put(FILE, BAD));
    await takeInPermissionSetFiles(world, [again]);
    await takeInPermissionSetFiles(world, [again]);
    expect(requests(world)).toMatchObject([{ requestId: again.messageId as RequestId }]);
    expect(world.rung).toEqual([]);
  });

  test.each([FILE, 'permission_sets/nonsense'])('is not reported any more when it is gone: %s', async (key) => {
    const world = new IntakeTestWorld();
    expect(await takeIn(world, world.bucket.put(key, BAD), world.bucket.remove(key))).toEqual([]);
    expect(world.notifications).toEqual([]);
  });

  test('comes again when it cannot be recorded and told', async () => {
    const world = new IntakeTestWorld();
    const again = message(world.bucket.put(FILE, BAD));
    world.store.beforeTransact = (writes) => {
      if (writes.some(({ at }) => at.pk === OUTBOX)) throw new Error('DynamoDB');
    };
    expect(await takeInPermissionSetFiles(world, [again])).toEqual([again.messageId]);
    expect(requests(world)).toEqual([]);
    world.store.beforeTransact = () => undefined;
    expect(await takeInPermissionSetFiles(world, [again])).toEqual([]);
    expect([requests(world).length, world.notifications.length]).toEqual([1, 1]);
  });
});

describe('a file that is removed while links reference its permission set', () => {
  async function worldWithoutFile() {
    const world = await worldWith(text());
    await link(world, 'create');
    const again = message(world.bucket.remove(FILE));
    expect(await takeInPermissionSetFiles(world, [again])).toEqual([]);
    return { world, again };
  }

  test('leaves it without its file, is recorded as refused, and reported with the links', async () => {
    const { world, again } = await worldWithoutFile();
    const document = await world.store.get(KEY);
    expect(document).toMatchObject({ state: 'present', generation: 1, fileMissing: true });
    expect(document).not.toHaveProperty('objectVersionId');
    const errors = [
      { path: 'file', message: expect.stringMatching(/^Permission Set delete operation aborted/) },
      { path: 'permissionSetName', message: `is referenced by link ${LINK}` },
    ];
    const requestId = again.messageId;
    const refused = requests(world).filter(({ status }) => status === 'REJECTED');
    expect(refused).toMatchObject([{ requestId, action: 'delete', subject: FILE, errors, submittedBy: UPLOADER }]);
    const details = { requestId, key: FILE, submittedBy: UPLOADER, errors, remedy: expect.any(String) };
    expect(world.notifications).toEqual([{ subject: 'A permission set was not deleted', details }]);
    expect(history(world)).toHaveLength(1);
  });

  test('is reported once, however often its message comes', async () => {
    const { world, again } = await worldWithoutFile();
    await takeInPermissionSetFiles(world, [again, message(again.body)]);
    expect(world.notifications).toHaveLength(1);
  });

  test('is missed also when the API changes the permission set meanwhile', async () => {
    const world = await worldWith(text());
    await link(world, 'create');
    meanwhile(world, () => post(world, 'update'));
    await takeIn(world, world.bucket.remove(FILE));
    expect(world.notifications).toHaveLength(1);
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present', generation: 2, fileMissing: true });
  });

  test('may be put back', async () => {
    const { world } = await worldWithoutFile();
    await takeIn(world, world.bucket.put(FILE, text({ relayState: '/' })));
    const document = await world.store.get(KEY);
    expect(document).toMatchObject({ state: 'present', generation: 2, document: text({ relayState: '/' }) });
    expect(document).not.toHaveProperty('fileMissing');
  });

  test('is no longer missed once the permission set is deleted through the API', async () => {
    const { world } = await worldWithoutFile();
    expect((await post(world, 'delete')).statusCode).toBe(400);
    await link(world, 'delete');
    expect((await post(world, 'delete')).statusCode).toBe(200);
    expect(await world.store.get(KEY)).not.toHaveProperty('fileMissing');
  });
});

describe('messages of the queue', () => {
  test('about many files wake the controller once', async () => {
    const world = new IntakeTestWorld();
    const bodies = ['A', 'B', 'C'].map((permissionSetName) =>
      world.bucket.put(`permission_sets/${permissionSetName}.json`, JSON.stringify({ permissionSetName })),
    );
    expect(await takeIn(world, ...bodies)).toEqual([]);
    expect(world.rung).toEqual(['converge-permission-sets']);
  });

  test('that are no business of anybody change nothing', async () => {
    const world = new IntakeTestWorld();
    const test = JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'bucket' });
    expect(await takeIn(world, test, world.bucket.put('permission_sets/'))).toEqual([]);
    expect([...requests(world), ...world.notifications, ...world.rung]).toEqual([]);
  });

  test('that fail are named, the others are done', async () => {
    const world = new IntakeTestWorld();
    const foreign = ['not JSON', '{}', 'null', world.bucket.put('links_data/x')].map(message);
    const good = message(world.bucket.put(FILE, text()));
    expect(await takeInPermissionSetFiles(world, [...foreign, good])).toEqual(foreign.map((one) => one.messageId));
    expect(await world.store.get(KEY)).toMatchObject({ state: 'present' });
  });
});

describe('puts and removals of one file, handled at the same time', () => {
  const GOOD = [text({ relayState: '/a' }), text({ relayState: '/b' })];

  interface Operation {
    /** What is put; nothing: the file is removed. */
    readonly content: string | undefined;
    /** The notification is delivered twice. */
    readonly twice: boolean;
  }
  const anyOperations: fc.Arbitrary<Operation[]> = fc.array(
    fc.record({ content: fc.constantFrom(...GOOD, BAD, undefined), twice: fc.boolean() }),
    { minLength: 1, maxLength: 4 },
  );

  /**
   * Handles every operation at the same time as all others; each step begins and ends when the scheduler says so. Answers
   * what the key holds then.
   */
  async function handled(world: IntakeTestWorld, scheduler: fc.Scheduler, operations: readonly Operation[]) {
    const { store, bucket } = world;
    const slowly =
      <Input extends unknown[], Output>(act: (...input: Input) => Output) =>
      async (...input: Input): Promise<Awaited<Output>> => {
        await scheduler.schedule(Promise.resolve());
        const output = await act(...input);
        return scheduler.schedule(Promise.resolve(output));
      };
    const slow = {
      ...world,
      store: Object.assign(Object.create(store), {
        get: slowly(store.get.bind(store)),
        transact: slowly(store.transact.bind(store)),
      }),
      files: { read: slowly(bucket.read.bind(bucket)) },
    };
    let held: string | undefined;
    const operate = slowly((content: string | undefined) => {
      held = content;
      return content === undefined ? bucket.remove(FILE) : bucket.put(FILE, content);
    });
    const handle = async ({ content, twice }: Operation) => {
      const body = await operate(content);
      const copies = twice ? [message(body), message(body)] : [message(body)];
      return Promise.all(copies.map((copy) => takeInPermissionSetFiles(slow, [copy])));
    };
    const failed = await scheduler.waitFor(Promise.all(operations.map(handle)));
    expect(failed.flat(2)).toEqual([]);
    return held;
  }

  test('end as the key is', async () => {
    const ends = { good: 0, bad: 0, removed: 0 };
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), anyOperations, async (scheduler, operations) => {
        const world = new IntakeTestWorld();
        const held = await handled(world, scheduler, operations);
        const document = await world.store.get(KEY);
        if (held === undefined) {
          ends.removed += 1;
          expect(document?.state).not.toBe('present');
        } else if (held === BAD) {
          ends.bad += 1;
          expect(world.notifications.length).toBeGreaterThan(0);
          if (document?.state !== 'present') return;
          expect(GOOD).toContain(document.document);
        } else {
          ends.good += 1;
          expect(document).toMatchObject({ state: 'present', document: held });
        }
        expect(history(world)).toHaveLength(Number(document?.generation ?? 0));
      }),
      { numRuns: 1000 },
    );
    for (const count of Object.values(ends)) expect(count).toBeGreaterThan(100);
  });

  test('never delete what links reference', async () => {
    let missing = 0;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), anyOperations, async (scheduler, operations) => {
        const world = await worldWith(text());
        await link(world, 'create');
        const held = await handled(world, scheduler, operations);
        const document = await world.store.get(KEY);
        expect(document?.state).toBe('present');
        expect(history(world).map(({ action }) => action)).not.toContain('delete');
        if (held === undefined) {
          missing += 1;
          expect(document?.fileMissing).toBe(true);
        } else if (held !== BAD) {
          expect(document?.document).toBe(held);
          expect(document).not.toHaveProperty('fileMissing');
        }
      }),
      { numRuns: 500 },
    );
    expect(missing).toBeGreaterThan(50);
  });
});
