import { MANIFEST, readManifest } from './bundle-files';
import type { BundleStore } from './bundle-store';
import { DEPLOYED, type Deployed } from './deploy';

/**
 * Removes the bundle and all that discover and deploy left beside it, never access. Throws when the bundle that counts
 * was not deployed: it may be all that is left of the old Region.
 */
export async function destroy(from: BundleStore, to: BundleStore, evenIfNotDeployed: boolean): Promise<void> {
  if (!evenIfNotDeployed) await refuseUnlessDeployed(from, to);
  for (const store of [from, to]) await store.empty();
}

async function refuseUnlessDeployed(from: BundleStore, to: BundleStore): Promise<void> {
  const holder = (await hasManifest(to)) ? to : (await hasManifest(from)) ? from : undefined;
  if (holder === undefined) return;
  const { bundle } = await readManifest(holder);
  const text = await to.read(DEPLOYED);
  const deployed = text === undefined ? undefined : (JSON.parse(text) as Deployed);
  if (deployed?.bundle === bundle) return;
  throw new Error(
    `The bundle ${holder.name}/${bundle} has not been deployed, and may be all that is left of the old Region: deploy it first, or say --even-if-not-deployed.`,
  );
}

async function hasManifest(store: BundleStore): Promise<boolean> {
  return (await store.read(MANIFEST)) !== undefined;
}
