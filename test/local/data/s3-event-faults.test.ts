import { call, principal } from './fixture';
import { BUCKET, QUEUE_ARN, type S3World, s3World } from './s3-server';

const notifications = {
  NotificationConfiguration: { QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: QUEUE_ARN }] },
};

const put = (Key: string) => call('PutObject', { Bucket: BUCKET, Key, Body: Buffer.alloc(0) });

async function keysReceived({ sqs }: S3World): Promise<string[]> {
  const messages = await sqs.receive(QUEUE_ARN, { max: 10, waitSeconds: 0, principal });
  return messages.flatMap(({ body }) => JSON.parse(body).Records ?? []).map((record) => record.s3.object.key);
}

async function quietWorld(): Promise<S3World> {
  const world = s3World(notifications);
  await keysReceived(world);
  return world;
}

describe('event notifications, as unreliable as AWS allows', () => {
  test('may arrive twice', async () => {
    const world = await quietWorld();
    world.s3.faults.duplicate = 1;
    await world.s3.handle(put('a'));
    expect(await keysReceived(world)).toEqual(['a', 'a']);
  });

  test('may be overtaken, and are under way until they arrive', async () => {
    const world = await quietWorld();
    world.s3.faults.reorder = 1;
    await world.s3.handle(put('first'));
    world.s3.faults.reorder = 0;
    await world.s3.handle(put('second'));
    expect(world.s3.inFlight()).toBe(1);
    expect(await keysReceived(world)).toEqual(['second']);
    await world.clock.runUntil(world.clock.sleep(60_000));
    expect(world.s3.inFlight()).toBe(0);
    // The other one is visible again by now: nobody has removed it.
    expect(await keysReceived(world)).toContain('first');
  });

  test('arrive once and at once when nothing is asked for', async () => {
    const world = await quietWorld();
    await world.s3.handle(put('a'));
    expect(world.s3.inFlight()).toBe(0);
    expect(await keysReceived(world)).toEqual(['a']);
  });
});
