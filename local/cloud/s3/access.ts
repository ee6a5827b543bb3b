import type { Call } from '../service';

/** One IAM action, the one resource it must be allowed on, and condition context (keys in lower case). */
export interface S3Access {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

type Input = Readonly<Record<string, unknown>>;

const BUCKET_ACTIONS: Readonly<Record<string, string>> = {
  HeadBucket: 's3:ListBucket',
  GetBucketLocation: 's3:GetBucketLocation',
  GetBucketVersioning: 's3:GetBucketVersioning',
  GetBucketPolicy: 's3:GetBucketPolicy',
};

const LIST_ACTIONS: Readonly<Record<string, string>> = {
  ListObjects: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
};

/** What a call touches, for the IAM layer: each entry must be allowed. Empty for operations that S3 refuses anyway. */
export function s3Access({ operation, input: raw }: Call): readonly S3Access[] {
  const input: Input = raw ?? {};
  const bucketArn = `arn:aws:s3:::${String(input.Bucket)}`;
  const object = (action: string, key: unknown = input.Key) => [{ action, resource: `${bucketArn}/${String(key)}` }];
  const versioned = input.VersionId === undefined ? '' : 'Version';
  switch (operation) {
    case 'ListBuckets':
      return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
    case 'GetObject':
    case 'HeadObject':
      return object(`s3:GetObject${versioned}`);
    case 'PutObject':
      return object('s3:PutObject');
    case 'DeleteObject':
      return object(`s3:DeleteObject${versioned}`);
    case 'DeleteObjects':
      return objectsOf(input).flatMap(({ Key, VersionId }) =>
        object(VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', Key),
      );
    case 'CopyObject':
      return [copySourceAccess(input.CopySource), ...object('s3:PutObject')];
    default:
      return bucketAccess(operation, input, bucketArn);
  }
}

function bucketAccess(operation: string, input: Input, bucketArn: string): readonly S3Access[] {
  const action = BUCKET_ACTIONS[operation];
  if (action !== undefined) return [{ action, resource: bucketArn }];
  const listAction = LIST_ACTIONS[operation];
  if (listAction === undefined) return [];
  const context = {
    's3:prefix': String(input.Prefix ?? ''),
    ...(input.Delimiter !== undefined && { 's3:delimiter': String(input.Delimiter) }),
    ...(input.MaxKeys !== undefined && { 's3:max-keys': String(input.MaxKeys) }),
  };
  return [{ action: listAction, resource: bucketArn, context }];
}

function objectsOf(input: Input): readonly Input[] {
  const { Objects: objects } = (input.Delete ?? {}) as Input;
  return Array.isArray(objects) ? objects : [];
}

/** Where a copy comes from: `bucket/key` or `/bucket/key`, percent-encoded, perhaps with `?versionId=`. */
export function readCopySource(source: unknown): {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
} {
  const [path = '', query = ''] = String(source).split('?');
  const [bucket = '', ...key] = path.replace(/^\//, '').split('/');
  const versionId = new URLSearchParams(query).get('versionId');
  return { bucket, key: decodeURIComponent(key.join('/')), ...(versionId !== null && { versionId }) };
}

function copySourceAccess(source: unknown): S3Access {
  const { bucket, key, versionId } = readCopySource(source);
  const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  return { action, resource: `arn:aws:s3:::${bucket}/${key}` };
}
