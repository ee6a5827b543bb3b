import { type Answer, ok } from '../api/answer';
import { ring } from '../leadership/ring';
import { acceptPermissionSet, type PermissionSetIntakeWorld } from './accept-permission-set';
import { type PermissionSetPost, parsePermissionSetRequest } from './parse-permission-set-request';
import { answerPost, type Post } from './post';
import { type PermissionSetPreviewWorld, previewPermissionSet } from './preview-permission-set';

/** `POST /postPermissionSetData`; with `dryRun=true` what it would change. */
export function postPermissionSet(
  world: PermissionSetIntakeWorld & { readonly preview: PermissionSetPreviewWorld },
  post: Post,
): Promise<Answer> {
  return answerPost(
    post,
    parsePermissionSetRequest,
    (asked) => accept(world, post, asked),
    (asked) => previewPermissionSet(world, world.preview, post, asked),
  );
}

async function accept(world: PermissionSetIntakeWorld, post: Post, asked: PermissionSetPost): Promise<Answer> {
  const { requestId } = post;
  const { name, action } = asked;
  const refusal = await acceptPermissionSet(world, post, asked);
  if (refusal) return refusal;
  world.log.info('A permission set was submitted', { requestId, permissionSetName: name, action });
  await ring(world, 'converge-permission-sets');
  return ok({ message: `Permission Set ${action} operation is being processed`, requestId });
}
