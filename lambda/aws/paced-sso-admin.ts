import type {
  $Command,
  ServiceInputTypes,
  ServiceOutputTypes,
  SSOAdminClient,
  SSOAdminClientResolvedConfig,
} from '@aws-sdk/client-sso-admin';
import type { Instance } from './instance';
import { naming } from './service-faults';

/** Sends commands about one instance of Identity Center at the pace that a share of the request rate allows. */
export class PacedSsoAdmin {
  constructor(
    private readonly client: SSOAdminClient,
    private readonly instance: () => Promise<Instance>,
    /** Waits until the share allows another call. */
    private readonly pace: () => Promise<void>,
  ) {}

  async send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    commandFor: (instanceArn: string) => $Command<Input, Output, SSOAdminClientResolvedConfig>,
  ): Promise<Output> {
    const { instanceArn } = await this.instance();
    await this.pace();
    return naming(this.client.send(commandFor(instanceArn)));
  }
}
