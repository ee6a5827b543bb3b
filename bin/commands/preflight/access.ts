import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import type { Configuration, Location } from '../../../lib/config/configuration';
import { roleNameIn } from '../../../lib/lookup-role';

/** How accounts are reached that are not the caller's own. */
export interface AccessOptions {
  /** Names of profiles of the AWS command line, by account id. */
  readonly profiles: Readonly<Record<string, string>>;
  /** Name of a role in the other accounts; `{qualifier}`, `{account}` and `{region}` in it are filled in. */
  readonly roleName: string;
  /** Whether the role is assumed in the caller's own account, too, unless it has a profile. */
  readonly alwaysAssume?: boolean;
}

/** AWS: the shortest session. */
const SESSION_SECONDS = 900;

/** What a client of the SDK is made with, for a place. */
export interface ClientOptions {
  readonly region: string;
  readonly profile?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

/** The accounts of an installation, each with whoever may read there. Throws what AWS says when nobody may. */
export class Access {
  private readonly reached = new Map<string, Promise<ClientOptions>>();

  constructor(
    private readonly configuration: Configuration,
    private readonly options: AccessOptions,
    private readonly sts: (config: STSClientConfig) => Pick<STSClient, 'send'> = (config) => new STSClient(config),
  ) {}

  /** Asks once for each place. */
  at(location: Location): Promise<ClientOptions> {
    const key = `${location.accountId}/${location.region}`;
    const known = this.reached.get(key) ?? this.reach(location);
    this.reached.set(key, known);
    return known;
  }

  private async reach({ accountId, region }: Location): Promise<ClientOptions> {
    const profile = this.options.profiles[accountId];
    const own = { region, ...(profile === undefined ? {} : { profile }) };
    const found = await this.sts(own)
      .send(new GetCallerIdentityCommand({}))
      .catch((error: Error) => {
        const whose = profile === undefined ? 'the own credentials' : `the profile ${profile}`;
        throw new Error(`${whose} cannot be used (${error.message}); give --profile ${accountId}=NAME`);
      });
    const isChosen = profile !== undefined || !this.options.alwaysAssume;
    if (found.Account === accountId && isChosen) return own;
    if (profile !== undefined) {
      throw new Error(`the profile ${profile} belongs to the account ${found.Account}, not ${accountId}`);
    }
    return this.assume({ accountId, region });
  }

  private async assume({ accountId, region }: Location): Promise<ClientOptions> {
    const { bootstrapQualifier, partition } = this.configuration;
    const roleName = roleNameIn({ accountId, region }, bootstrapQualifier, this.options.roleName);
    const RoleArn = `arn:${partition}:iam::${accountId}:role/${roleName}`;
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'preflight', DurationSeconds: SESSION_SECONDS });
    const { Credentials } = await this.sts({ region })
      .send(command)
      .catch((error: Error) => {
        throw new Error(`${RoleArn} cannot be assumed (${error.message}); give --profile ${accountId}=NAME, or --role`);
      });
    const {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
    } = Credentials ?? {};
    if (!accessKeyId || !secretAccessKey || !sessionToken)
      throw new Error(`AssumeRole of ${RoleArn} gave no credentials`);
    return { region, credentials: { accessKeyId, secretAccessKey, sessionToken } };
  }
}
