import { resolve } from 'node:path';
import { isRecord } from './resource';

/** A file or directory that CDK uploads to the bootstrap bucket, and that the local cloud reads where it is. */
export interface FileAsset {
  /** Absolute path of the file or directory in (or beside) the cloud assembly. */
  readonly path: string;
  /** CDK zips a directory when it uploads it. */
  readonly packaging: 'zip' | 'file';
  /** Object keys under which templates refer to it. */
  readonly objectKeys: readonly string[];
}

/** The file assets of one `*.assets.json`. Container images are refused: the local cloud has no container runtime. */
export function assetsOfManifest(directory: string, manifest: unknown): readonly FileAsset[] {
  if (!isRecord(manifest)) throw new Error('An asset manifest must be an object');
  if (isRecord(manifest.dockerImages) && Object.keys(manifest.dockerImages).length > 0) {
    throw new Error('Container image assets are not implemented by the local cloud');
  }
  const files = isRecord(manifest.files) ? Object.values(manifest.files) : [];
  return files.filter(isRecord).map((file) => fileAsset(directory, file));
}

function fileAsset(directory: string, file: Readonly<Record<string, unknown>>): FileAsset {
  const source = isRecord(file.source) ? file.source : {};
  if (typeof source.path !== 'string')
    throw new Error('A file asset without a source path is not implemented by the local cloud');
  const destinations = isRecord(file.destinations) ? Object.values(file.destinations).filter(isRecord) : [];
  return {
    path: resolve(directory, source.path),
    packaging: source.packaging === 'zip' ? 'zip' : 'file',
    objectKeys: destinations.map((destination) => String(destination.objectKey)),
  };
}

/** Finds assets by the object key a template refers to; keys contain the hash of the content, so they are unique. */
export class AssetDirectory {
  private readonly byKey = new Map<string, FileAsset>();

  add(assets: readonly FileAsset[]): void {
    for (const asset of assets) for (const key of asset.objectKeys) this.byKey.set(key, asset);
  }

  /** The absolute path behind an object key of a template. Throws if no assembly has such an asset. */
  pathOf(objectKey: unknown): string {
    const asset = typeof objectKey === 'string' ? this.byKey.get(objectKey) : undefined;
    if (!asset) throw new Error(`The cloud assembly has no asset with the key ${String(objectKey)}`);
    return asset.path;
  }
}
