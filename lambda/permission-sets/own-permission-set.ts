import type { PermissionSetArn } from '../domain/ids';
import { notificationWrite } from '../domain/notification';
import type { Definition } from '../domain/permission-set-definition';
import { adoptionNotification } from '../domain/permission-set-notifications';
import { protectedName, protectedTags } from '../domain/protection';
import { Conflict, Missing, Rejected } from '../ports/faults';
import type { Look } from './look';

/** A permission set of ours in Identity Center. */
export interface Owned {
  readonly arn: PermissionSetArn;
  /** It was created just now: nothing is in it but attributes and tags, and no account has it. */
  readonly isNew: boolean;
}

/** Finds the permission set, takes it over or creates it. That it is ours is written before the effect. */
export async function ownPermissionSet(look: Look, definition: Definition): Promise<Owned> {
  const { permissionSetArn, ownership } = look.convergence;
  if (permissionSetArn) return { arn: permissionSetArn, isNew: false };
  const found = await look.step.names.arnOf(look.name);
  if (!found) return create(look, definition);
  if (ownership === 'creating') await look.note({ set: { permissionSetArn: found, ownership: 'created' } });
  else await adopt(look, found);
  return { arn: found, isNew: false };
}

async function adopt(look: Look, arn: PermissionSetArn): Promise<void> {
  const { service, protection, log } = look.step;
  const { tags } = protection.tags.length > 0 ? await service.read(arn, ['tags']) : { tags: new Map<string, string>() };
  const reason = protectedName(look.name, protection) ?? protectedTags(look.name, tags, protection);
  if (reason !== undefined) throw new Rejected(reason);
  const telling = notificationWrite(adoptionNotification(look.name));
  await look.note({ set: { permissionSetArn: arn, ownership: 'adopted' } }, [telling]);
  log.info('A permission set was adopted', { permissionSetName: look.name, permissionSetArn: arn });
}

async function create(look: Look, definition: Definition): Promise<Owned> {
  const isFirstTry = look.convergence.ownership === undefined;
  const reason = protectedName(look.name, look.step.protection);
  if (reason !== undefined) throw new Rejected(reason);
  await look.note({ set: { ownership: 'creating', incomplete: true } });
  try {
    const arn = await look.change(() => look.step.service.create(look.name, definition));
    await look.note({ set: { permissionSetArn: arn, ownership: 'created' } });
    await look.step.names.add(look.name, arn);
    look.step.log.info('A permission set was created', { permissionSetName: look.name, permissionSetArn: arn });
    return { arn, isNew: true };
  } catch (fault) {
    // Somebody else created one of this name since the names were read: it is not ours yet.
    if (fault instanceof Conflict) {
      look.step.names.forget();
      if (isFirstTry) await look.note({ remove: ['ownership'] });
    }
    throw fault;
  }
}

/** Whether a fault means that somebody deleted the permission set. The next attempt then begins as with a new one. */
export async function isDisowned(look: Look, arn: PermissionSetArn, fault: unknown): Promise<boolean> {
  if (!(fault instanceof Missing) || (await exists(look, arn))) return false;
  look.step.names.forget();
  await look.note({ set: { incomplete: true }, remove: ['permissionSetArn', 'ownership', 'mustProvision'] });
  look.step.log.warn('A permission set was deleted by somebody else', { permissionSetName: look.name });
  return true;
}

async function exists(look: Look, arn: PermissionSetArn): Promise<boolean> {
  try {
    await look.step.service.permissionSetName(arn);
    return true;
  } catch (fault) {
    if (fault instanceof Missing) return false;
    throw fault;
  }
}
