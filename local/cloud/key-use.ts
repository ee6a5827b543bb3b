import type { Principal } from './service';

/**
 * Charges the use of a customer managed key, as the services that encrypt data with it do on behalf of their callers.
 * Throws a `ServiceFault` if the principal may not use the key through the service.
 */
export interface KeyUse {
  use(
    keyArn: string,
    action: 'kms:Decrypt' | 'kms:GenerateDataKey',
    principal: Principal,
    /** As in `kms:ViaService`: `dynamodb.eu-west-1.amazonaws.com`. */
    viaService: string,
    /** Further condition context, keys in lower case. */
    context: Readonly<Record<string, string>>,
  ): void;
}
