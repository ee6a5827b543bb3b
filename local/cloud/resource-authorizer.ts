import type { Authorizer, PolicyDocument } from './service';

/** What services with resource policies need of IAM. */
export interface ResourceAuthorizer extends Authorizer {
  /** Checks a resource policy when it is created. Throws, with `label` in the message, what AWS would refuse. */
  checkResourcePolicy(document: unknown, label: string): PolicyDocument;
}
