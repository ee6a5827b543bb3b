import { linkIdOf, pairIdOf, structuredLinkOf } from '../../lambda/domain/link';
import { linkKey } from '../../lambda/domain/link-document';
import type { LinkLimits } from '../../lambda/domain/link-limits';
import { takeInLinkFiles } from '../../lambda/intake/link-files';
import { postLink } from '../../lambda/intake/post-link';
import { parsedLink } from '../support/any-link';
import { IntakeTestWorld } from '../support/intake-world';

const TEXT = 'root%all%Billing-ps%team-Accountants%GROUP%ssofile';
const LINK = parsedLink(TEXT);
const ID = linkIdOf(LINK);
const KEY = linkKey({ pairId: pairIdOf(LINK), linkId: ID });
const FILE = `links_data/${TEXT}`;
/** The world begins at 2026-01-01. */
const LIMITS = {
  except: { accounts: ['123456789012'], tags: [{ key: 'frozen' }] },
  notBefore: '2026-02-01T00:00:00Z',
  expiresAt: '2026-03-01T01:00:00+01:00',
} as unknown as LinkLimits;

let requests = 0;
function post(world: IntakeTestWorld, body: object) {
  const requestId = `request-${++requests}`;
  return postLink(world, { requestId, body: JSON.stringify(body), query: {}, submittedBy: 'alice' });
}
const create = (world: IntakeTestWorld, limits?: LinkLimits) =>
  post(world, { action: 'create', link: structuredLinkOf(LINK, limits) });
const createText = (world: IntakeTestWorld) => post(world, { action: 'create', linkData: TEXT });
const file = (world: IntakeTestWorld, body: string) => takeInLinkFiles(world, [{ messageId: 'm', body }]);

async function limitsIn(world: IntakeTestWorld) {
  return (await world.store.get(KEY))?.limits;
}
/** The times that are noted, ISO 8601. */
async function times(world: IntakeTestWorld) {
  const { items } = await world.store.query({ table: 'control', pk: 'TIMES#links' });
  return items.map(({ sk, linkId, pairId }) => {
    expect({ linkId, pairId }).toEqual({ linkId: ID, pairId: pairIdOf(LINK) });
    return new Date(Number(sk.split('#')[0])).toISOString();
  });
}
const NOTED = ['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'];

describe('limits of a link', () => {
  test('are stored with the document, and its times are noted, in one transaction', async () => {
    const world = new IntakeTestWorld();
    expect(await create(world, LIMITS)).toMatchObject({ statusCode: 200, body: { linkId: ID } });
    expect(world.store.transactions).toBe(1);
    expect(await world.store.get(KEY)).toMatchObject({ linkData: TEXT, limits: LIMITS });
    expect(await times(world)).toEqual(NOTED);
    // DynamoDB removes items by this attribute.
    expect(await world.store.get(KEY)).not.toHaveProperty('expiresAt');
  });

  test('are replaced, all of them, by another structured create', async () => {
    const world = new IntakeTestWorld();
    await create(world, LIMITS);
    await create(world, { expiresAt: '2026-03-01T00:00:00Z' });
    expect(await limitsIn(world)).toEqual({ expiresAt: '2026-03-01T00:00:00Z' });
    expect(await times(world)).toEqual(NOTED.slice(1));
    await create(world);
    expect(await world.store.get(KEY)).not.toHaveProperty('limits');
    expect(await times(world)).toEqual([]);
  });

  test('stay when the text form or a file creates the link again', async () => {
    const world = new IntakeTestWorld();
    await create(world, LIMITS);
    await createText(world);
    await file(world, world.bucket.put(FILE));
    expect(await world.store.get(KEY)).toMatchObject({ generation: 3, limits: LIMITS });
    expect(await times(world)).toEqual(NOTED);
  });

  test.each<[how: string, remove: (world: IntakeTestWorld) => Promise<unknown>]>([
    ['text', (world) => post(world, { action: 'delete', linkData: TEXT })],
    ['structure', (world) => post(world, { action: 'delete', link: structuredLinkOf(LINK, LIMITS) })],
    [
      'a file that is removed',
      async (world) => {
        await file(world, world.bucket.put(FILE));
        await file(world, world.bucket.remove(FILE));
      },
    ],
  ])('go with a deletion by %s, and a create begins anew', async (_, remove) => {
    const world = new IntakeTestWorld();
    await create(world, LIMITS);
    await remove(world);
    const deleted = await world.store.get(KEY);
    expect(deleted).toMatchObject({ state: 'deleted' });
    expect(deleted).not.toHaveProperty('limits');
    expect(await times(world)).toEqual([]);
    await createText(world);
    expect(await world.store.get(KEY)).not.toHaveProperty('limits');
  });

  test('a time that has passed is not noted', async () => {
    const world = new IntakeTestWorld();
    await create(world, { notBefore: '2025-12-01T00:00:00Z' });
    expect(await limitsIn(world)).toEqual({ notBefore: '2025-12-01T00:00:00Z' });
    expect(await times(world)).toEqual([]);
  });

  test('that are over already are refused with everything else that is wrong, and nothing is stored', async () => {
    const world = new IntakeTestWorld();
    const link = { ...structuredLinkOf(LINK, { expiresAt: '2025-12-31T23:59:59Z' }), principal: { type: 'GROUP' } };
    const { statusCode, body } = await post(world, { action: 'create', link });
    expect(statusCode).toBe(400);
    expect((body.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      'link.expiresAt',
      'link.principal.name',
    ]);
    expect([...world.store.all('links'), ...world.store.all('control')]).toEqual([]);
  });

  test('of a deletion are ignored, whatever their times are', async () => {
    const world = new IntakeTestWorld();
    await create(world);
    const over = { notBefore: '2025-12-31T00:00:00Z', expiresAt: '2025-12-31T00:00:00Z' };
    const { statusCode } = await post(world, { action: 'delete', link: structuredLinkOf(LINK, over) });
    expect(statusCode).toBe(200);
    expect(await world.store.get(KEY)).toMatchObject({ state: 'deleted' });
  });
});
