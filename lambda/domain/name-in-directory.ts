/**
 * With Active Directory the directory knows principals as `name@domain`. A name that already contains `@` is taken as
 * it is, so that imported names are not given the domain twice.
 */
export function nameInDirectory(name: string, domain: string | undefined): string {
  return domain === undefined || name.includes('@') ? name : `${name}@${domain}`;
}
