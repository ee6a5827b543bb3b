import type { ResourceAuthorizer } from '../../../local/cloud/resource-authorizer';
import { type AuthorizationRequest, type PolicyDocument, ServiceFault } from '../../../local/cloud/service';

/** Allows what a test does not deny, and remembers what was asked. */
export class PermissiveAuthorizer implements ResourceAuthorizer {
  readonly asked: AuthorizationRequest[] = [];

  constructor(private readonly denied: readonly string[] = []) {}

  authorize(request: AuthorizationRequest): void {
    this.asked.push(request);
    if (!this.denied.includes(request.action)) return;
    throw new ServiceFault('AccessDeniedException', `no statement allows ${request.action}`, 403);
  }

  checkResourcePolicy(document: unknown): PolicyDocument {
    return document as PolicyDocument;
  }
}
