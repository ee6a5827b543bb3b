/**
 * Takes the place of `@aws-sdk/credential-provider-node` in the bundles. AWS: a function finds the credentials of its
 * role in environment variables; providers for laptops, virtual machines and containers are never asked in Lambda.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
