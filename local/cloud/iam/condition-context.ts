/**
 * The values a request has for the condition keys of policies. Keys are case-insensitive in AWS; here they are lower
 * case. A key without a value is absent, which is not the same as empty.
 */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;

/** Builds a context; later parts win over earlier ones, undefined values leave a key absent. */
export function conditionContext(
  ...parts: readonly (Readonly<Record<string, string | readonly string[] | undefined>> | undefined)[]
): ConditionContext {
  const context = new Map<string, readonly string[]>();
  for (const part of parts) {
    for (const [key, value] of Object.entries(part ?? {})) {
      if (value !== undefined) context.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
    }
  }
  return context;
}

/**
 * Condition keys that the local cloud gives a value. A policy that uses another one is refused when it is created:
 * evaluated as absent it would silently mean something else than on AWS.
 */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principalorgid',
  'aws:principalorgmasteraccountid',
  'aws:principalservicename',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:userid',
  'aws:viaawsservice',
  'kms:calleraccount',
  'kms:encryptioncontextkeys',
  'kms:viaservice',
  's3:delimiter',
  's3:max-keys',
  's3:prefix',
  'sns:endpoint',
  'sns:protocol',
  'sts:externalid',
  'sts:rolesessionname',
]);

const KNOWN_PREFIXES: readonly string[] = ['kms:encryptioncontext:'];

export function isKnownConditionKey(key: string): boolean {
  const lower = key.toLowerCase();
  return KNOWN_KEYS.has(lower) || KNOWN_PREFIXES.some((prefix) => lower.startsWith(prefix));
}
