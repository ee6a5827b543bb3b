import type { Clock, Random } from '../../clock';
import { randomUuid } from '../derived-ids';
import { splitRandom } from '../latency';
import { PagedMap } from '../paged-map';
import { concurrentModification, duplicate, memberNotFound, notFound } from './faults';

export interface ExternalId {
  readonly Issuer: string;
  readonly Id: string;
}

/** Who made and last changed something, and which revision it is. */
export interface Provenance {
  readonly createdAt: Date;
  readonly createdBy: string;
  updatedAt: Date;
  updatedBy: string;
  revision: number;
}

/** Attributes by their names in the API: `DisplayName`, `Name` → `GivenName`, … */
export type Attributes = Record<string, unknown>;

export interface Resource extends Provenance {
  readonly id: string;
  attributes: Attributes;
  readonly externalIds: readonly ExternalId[];
}

export interface Membership extends Provenance {
  readonly id: string;
  readonly groupId: string;
  readonly userId: string;
}

interface NewResource {
  readonly id?: string;
  readonly attributes: Attributes;
  readonly externalIds?: readonly ExternalId[];
  readonly by: string;
}

/** Users or groups: by id, by their unique name and by external id. Names are compared exactly, case included. */
export class ResourceTable {
  readonly all = new PagedMap<Resource>();
  private readonly byName = new Map<string, string>();
  private readonly byExternalId = new Map<string, string>();
  private readonly byEmail = new Map<string, string>();

  constructor(
    readonly type: 'GROUP' | 'USER',
    readonly nameAttribute: 'DisplayName' | 'UserName',
  ) {}

  require(id: string): Resource {
    const resource = this.all.get(id);
    if (!resource) throw notFound(this.type, id);
    return resource;
  }

  named(name: string): Resource | undefined {
    return this.all.get(this.byName.get(name) ?? '');
  }

  withExternalId(externalId: ExternalId): Resource | undefined {
    return this.all.get(this.byExternalId.get(externalKey(externalId)) ?? '');
  }

  withEmail(value: string): Resource | undefined {
    return this.all.get(this.byEmail.get(value) ?? '');
  }

  add(resource: Resource): void {
    this.requireUniqueName(resource.attributes, resource.id);
    this.all.set(resource.id, resource);
    this.index(resource);
  }

  replaceAttributes(resource: Resource, attributes: Attributes): void {
    this.requireUniqueName(attributes, resource.id);
    this.unindex(resource);
    resource.attributes = attributes;
    this.index(resource);
  }

  remove(resource: Resource): void {
    this.all.delete(resource.id);
    this.unindex(resource);
  }

  private requireUniqueName(attributes: Attributes, id: string): void {
    const owner = this.byName.get(textOf(attributes[this.nameAttribute]));
    if (owner === undefined || owner === id) return;
    throw duplicate(this.type === 'GROUP' ? 'GroupDisplayName' : 'UserName');
  }

  private index(resource: Resource): void {
    const name = textOf(resource.attributes[this.nameAttribute]);
    if (name !== '') this.byName.set(name, resource.id);
    for (const externalId of resource.externalIds) this.byExternalId.set(externalKey(externalId), resource.id);
    for (const email of emailsOf(resource)) this.byEmail.set(email, resource.id);
  }

  private unindex(resource: Resource): void {
    this.byName.delete(textOf(resource.attributes[this.nameAttribute]));
    for (const externalId of resource.externalIds) this.byExternalId.delete(externalKey(externalId));
    for (const email of emailsOf(resource)) this.byEmail.delete(email);
  }
}

/** The state of one identity store. Groups have users as members, never groups. */
export class Directory {
  readonly users = new ResourceTable('USER', 'UserName');
  readonly groups = new ResourceTable('GROUP', 'DisplayName');
  readonly memberships = new PagedMap<Membership>();
  private readonly byGroup = new Map<string, PagedMap<Membership>>();
  private readonly byUser = new Map<string, PagedMap<Membership>>();
  private readonly idRandom: Random;

  constructor(
    private readonly clock: Clock,
    random: Random,
  ) {
    this.idRandom = splitRandom(random);
  }

  create(table: ResourceTable, { id, attributes, externalIds = [], by }: NewResource): Resource {
    const resource = { id: id ?? randomUuid(this.idRandom), attributes, externalIds, ...this.provenance(by) };
    table.add(resource);
    return resource;
  }

  update(table: ResourceTable, resource: Resource, attributes: Attributes, by: string): void {
    table.replaceAttributes(resource, attributes);
    resource.updatedAt = new Date(this.clock.now());
    resource.updatedBy = by;
    resource.revision += 1;
  }

  /** Memberships go with the user or group. */
  remove(table: ResourceTable, resource: Resource): void {
    const memberships =
      table === this.users ? this.membershipsOfUser(resource.id) : this.membershipsOfGroup(resource.id);
    for (const membership of [...memberships.values()]) this.removeMembership(membership);
    table.remove(resource);
  }

  addMembership(groupId: string, userId: string, by: string, id?: string): Membership {
    if (!this.groups.all.has(groupId)) throw notFound('GROUP', groupId);
    if (!this.users.all.has(userId)) throw memberNotFound();
    if (this.membershipOf(groupId, userId)) throw duplicate('GroupMembership');
    const membership = { id: id ?? randomUuid(this.idRandom), groupId, userId, ...this.provenance(by) };
    this.memberships.set(membership.id, membership);
    listIn(this.byGroup, groupId).set(userId, membership);
    listIn(this.byUser, userId).set(groupId, membership);
    return membership;
  }

  removeMembership({ id, groupId, userId }: Membership): void {
    this.memberships.delete(id);
    this.byGroup.get(groupId)?.delete(userId);
    this.byUser.get(userId)?.delete(groupId);
  }

  membershipOf(groupId: string, userId: string): Membership | undefined {
    return this.byGroup.get(groupId)?.get(userId);
  }

  membershipsOfGroup(groupId: string): PagedMap<Membership> {
    return this.byGroup.get(groupId) ?? new PagedMap();
  }

  membershipsOfUser(userId: string): PagedMap<Membership> {
    return this.byUser.get(userId) ?? new PagedMap();
  }

  private provenance(by: string): Provenance {
    const now = new Date(this.clock.now());
    return { createdAt: now, createdBy: by, updatedAt: now, updatedBy: by, revision: 1 };
  }
}

/** Optimistic concurrency: without a revision anything goes. */
export function requireRevision(resource: Resource, given: string | undefined): void {
  if (given !== undefined && given !== String(resource.revision)) throw concurrentModification();
}

function externalKey({ Issuer, Id }: ExternalId): string {
  return JSON.stringify([Issuer, Id]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function emailsOf({ attributes }: Resource): string[] {
  const emails = Array.isArray(attributes.Emails) ? attributes.Emails : [];
  return emails.map((email: { readonly Value?: unknown }) => textOf(email.Value)).filter((value) => value !== '');
}

function listIn(index: Map<string, PagedMap<Membership>>, of: string): PagedMap<Membership> {
  const known = index.get(of);
  if (known) return known;
  const list = new PagedMap<Membership>();
  index.set(of, list);
  return list;
}
