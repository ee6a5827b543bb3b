import { filesIn } from './folder';
import { LinkBucket } from './link-bucket';
import type { LocalCloud } from './local-cloud';

/** Files that are uploaded at the same time, as the aws command line does. */
const AT_A_TIME = 10;

/** Deploys what `npm run export` has written: files are uploaded, permission sets first, requests posted. */
export async function uploadExport(cloud: LocalCloud, folder: string): Promise<void> {
  const links = await LinkBucket.of(cloud);
  const permissionSets = await LinkBucket.of(cloud, undefined, 'permission-sets');
  const inFolder = Object.entries(filesIn(folder)).map(([path, content]) => {
    const [kind = '', ...name] = path.split('/');
    return { kind, name: name.join('/'), content };
  });
  const filesOf = (wanted: string) => inFolder.filter(({ kind }) => kind === wanted);
  await inTurn(filesOf('permission_sets'), ({ name, content }) => permissionSets.put(name, content));
  await inTurn(filesOf('links_data'), ({ name, content }) => links.put(name, content));
  await inTurn(filesOf('requests'), ({ name, content }) => post(cloud, name, content));
}

async function post(cloud: LocalCloud, name: string, content: string): Promise<void> {
  const route = name.startsWith('link-') ? '/postLinkData' : '/postPermissionSetData';
  const { status, body } = await cloud.api('POST', route, content);
  if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
}

async function inTurn<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < all.length; start += AT_A_TIME) {
    await Promise.all(all.slice(start, start + AT_A_TIME).map(run));
  }
}
