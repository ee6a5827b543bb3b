import type { UnmanagedAssignment } from '../../lambda/domain/inventory';
import type { Controller } from '../../lambda/domain/lease';
import type { Protection } from '../../lambda/domain/protection';
import type { LinkFilesWorld } from '../../lambda/intake/link-files';
import type { PermissionSetFilesWorld } from '../../lambda/intake/permission-set-files';
import { previewWorld } from '../../lambda/intake/preview-world';
import { Missing } from '../../lambda/ports/faults';
import type { IdentityCenterReader } from '../../lambda/ports/identity-center-reader';
import type { Notification } from '../../lambda/ports/notifier';
import type { OrganizationReader } from '../../lambda/ports/organization-reader';
import type { PermissionSetReader } from '../../lambda/ports/permission-set-reader';
import type { FileContent, FileState } from '../../lambda/ports/submitted-files';
import type { TagReader } from '../../lambda/ports/tag-reader';
import { InMemoryDocuments } from './in-memory-documents';
import { InMemoryStore } from './in-memory-store';
import { toldIn } from './told-in';

/** A versioned bucket in memory that remembers the notifications it would send. */
export class Bucket {
  private readonly objects = new Map<string, { versionId: string; contentBytes: number; text?: string }>();
  private sequence = 0;

  /** Puts a text, or so many bytes of which nobody looks at the text. */
  put(key: string, content: string | number = 0): string {
    this.sequence += 1;
    const versionId = `v${this.sequence}`;
    const object =
      typeof content === 'number'
        ? { versionId, contentBytes: content }
        : { versionId, contentBytes: Buffer.byteLength(content), text: content };
    this.objects.set(key, object);
    return this.notification(key, 'ObjectCreated:Put');
  }

  remove(key: string): string {
    this.sequence += 1;
    this.objects.delete(key);
    return this.notification(key, 'ObjectRemoved:DeleteMarkerCreated');
  }

  has(key: string): boolean {
    return this.objects.has(key);
  }

  look(key: string): FileState {
    const object = this.objects.get(key);
    if (!object) return { exists: false };
    const { versionId, contentBytes } = object;
    return { exists: true, versionId, contentBytes };
  }

  read(key: string, mostBytes: number): FileContent {
    const object = this.objects.get(key);
    if (!object) return { exists: false };
    const { versionId, contentBytes, text = '' } = object;
    return contentBytes > mostBytes ? { exists: true, versionId, contentBytes } : { exists: true, versionId, text };
  }

  /** The message body as S3 puts it into a queue; keys are encoded as in a form. */
  private notification(key: string, eventName: string): string {
    const encoded = encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
    const sequencer = (0x0055aed6dcd90281e5n + BigInt(this.sequence)).toString(16).toUpperCase().padStart(18, '0');
    const object = { key: encoded, sequencer };
    return JSON.stringify({
      Records: [{ eventName, userIdentity: { principalId: 'AWS:AROAEXAMPLE:alice' }, s3: { object } }],
    });
  }
}

const NOBODY: IdentityCenterReader = {
  listPermissionSets: async () => [],
  permissionSetName: async (arn) => Promise.reject(new Error(`No permission set ${arn}`)),
  findPrincipal: async () => undefined,
  principalName: async () => undefined,
  hasPrincipals: async () => false,
  isAssigned: async () => false,
  assignmentsOf: async () => new Map(),
};
const NONE: PermissionSetReader = {
  listPermissionSets: NOBODY.listPermissionSets,
  permissionSetName: NOBODY.permissionSetName,
  read: async (arn) => Promise.reject(new Missing(`No permission set ${arn}`)),
  accounts: async () => [],
  assignedIn: async () => [],
};
const NOWHERE: OrganizationReader = {
  readAccounts: async () => [],
  readAccount: async () => undefined,
  organizationalUnitExists: async () => false,
};

export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly sentence: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Everything intake needs, in memory, with what it did to the world in view. */
export class IntakeTestWorld implements LinkFilesWorld, PermissionSetFilesWorld {
  readonly store = new InMemoryStore();
  readonly bucket = new Bucket();
  readonly inventoryParts = new InMemoryDocuments<readonly UnmanagedAssignment[]>();
  readonly rung: Controller[] = [];
  readonly entries: LogEntry[] = [];
  protection: Protection = { namePrefixes: ['AWS'], tags: [] };
  tags?: TagReader;
  ring: () => Promise<void> = async () => undefined;
  private ids = 0;
  private time = Date.UTC(2026, 0, 1);

  readonly bell = {
    ring: async (controller: Controller) => {
      await this.ring();
      this.rung.push(controller);
    },
  };
  readonly clock = { now: () => this.time++ };
  readonly newId = () => `id-${++this.ids}`;
  /** A dry run sees an empty organization without principals, and an Identity Center without permission sets. */
  readonly preview = {
    ...previewWorld(NOBODY, NOWHERE, {
      managementAccountId: '111111111111',
      supportNestedOu: true,
      limits: { maxRemovals: 100, maxRemovalPercent: 25 },
    }),
    permissionSets: NONE,
  };
  readonly files = {
    look: async (key: string) => this.bucket.look(key),
    read: async (key: string, mostBytes: number) => this.bucket.read(key, mostBytes),
  };
  /** What people are to be told. */
  get notifications(): Notification[] {
    return toldIn(this.store);
  }
  readonly log = {
    info: (sentence: string, fields: LogEntry['fields']) => void this.entries.push({ level: 'info', sentence, fields }),
    warn: (sentence: string, fields: LogEntry['fields']) => void this.entries.push({ level: 'warn', sentence, fields }),
    error: (sentence: string, fields: LogEntry['fields']) =>
      void this.entries.push({ level: 'error', sentence, fields }),
  };
}
