import { bannerText } from './banner';
import { type LocalCloud, startLocalCloud } from './local-cloud';
import { parseOptions } from './options';
import { stopRequested } from './stop-request';
import { isForTheUser } from './user-message';

/** The command behind `npm start`: runs the local cloud until it is told to stop. */
async function main(): Promise<void> {
  const stopping = stopRequested();
  const options = parseOptions(process.argv.slice(2));
  process.stdout.write(
    'Starting: synthesizes the stacks and deploys them on simulated services. This takes some seconds.\n',
  );
  const starting = startLocalCloud(options);
  const cloud = await Promise.race([starting, stopping]);
  if (cloud === undefined) return;
  await runUntil(cloud, stopping);
}

async function runUntil(cloud: LocalCloud, stopping: Promise<void>): Promise<void> {
  process.stdout.write(`${bannerText(cloud.facts)}\n`);
  await stopping;
  await cloud.stop();
}

main().then(
  // Workers and timers of a cloud that was still starting must not keep the process alive.
  () => process.exit(0),
  (error: unknown) => {
    const isExpected = isForTheUser(error);
    process.stderr.write(`${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
