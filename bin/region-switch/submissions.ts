import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type DeclaredLink, exportedFiles } from '../../lambda/domain/exported-files';
import { structuredLinkOf } from '../../lambda/domain/link';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import type { Configuration } from '../../lib/config';
import { Names } from '../../lib/names';
import { type Api, RefusedByApi } from '../commands/signed-api';

/** How documents are submitted to an installation. Each answers why one is refused, or nothing. */
export interface Submissions {
  permissionSet(document: PermissionSet): Promise<string | undefined>;
  link(declared: DeclaredLink): Promise<string | undefined>;
}

/** Through the API where its mode allows it, else as files of the S3 interface. */
export function submissionsTo(
  configuration: Configuration,
  api: Api,
  profile: string | undefined,
  s3: Pick<S3Client, 'send'> = s3ClientIn(configuration, profile),
): Submissions {
  const { linksProvisioningMode, permissionSetProvisioningMode } = configuration;
  const [posted, uploaded] = [new Posts(api), new Uploads(new Names(configuration).artefactsBucket(), s3)];
  return {
    permissionSet: (document) => (permissionSetProvisioningMode === 's3' ? uploaded : posted).permissionSet(document),
    link: (declared) => (linksProvisioningMode === 's3' ? uploaded : posted).link(declared),
  };
}

/** What the API says of one document is no reason to leave out the others. */
const ABOUT_ONE_DOCUMENT: readonly number[] = [400, 404, 409, 413];

class Posts implements Submissions {
  constructor(private readonly api: Api) {}

  permissionSet(permissionSetData: PermissionSet): Promise<string | undefined> {
    return this.post('/postPermissionSetData', { action: 'create', permissionSetData });
  }

  link({ link, limits }: DeclaredLink): Promise<string | undefined> {
    return this.post('/postLinkData', { action: 'create', link: structuredLinkOf(link, limits) });
  }

  private async post(path: string, body: unknown): Promise<string | undefined> {
    try {
      await this.api.post(path, body);
      return undefined;
    } catch (fault) {
      if (fault instanceof RefusedByApi && ABOUT_ONE_DOCUMENT.includes(fault.status)) return fault.message;
      throw fault;
    }
  }
}

function s3ClientIn({ target: { region } }: Configuration, profile: string | undefined): S3Client {
  return new S3Client({ region, maxAttempts: 8, ...(profile === undefined ? {} : { profile }) });
}

class Uploads implements Submissions {
  constructor(
    private readonly bucket: string,
    private readonly client: Pick<S3Client, 'send'>,
  ) {}

  permissionSet(document: PermissionSet): Promise<string | undefined> {
    return this.upload([], [document]);
  }

  link(declared: DeclaredLink): Promise<string | undefined> {
    return this.upload([declared], []);
  }

  private async upload(links: readonly DeclaredLink[], sets: readonly PermissionSet[]): Promise<string | undefined> {
    const { files } = exportedFiles(links, sets, { portable: false, asRequests: false, now: 0 });
    for (const { path, content } of files) {
      if (path.startsWith('requests/')) {
        return 'no file can say it: set the provisioning mode to both, deploy the installation, and run this again';
      }
      const object = { Bucket: this.bucket, Key: path, Body: content, ContentLength: Buffer.byteLength(content) };
      await this.client.send(new PutObjectCommand(object));
    }
    return undefined;
  }
}
