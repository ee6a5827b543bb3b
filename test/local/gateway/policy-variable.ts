/** `${key}` as it stands in a policy document. */
export function variable(key: string): string {
  return `\${${key}}`;
}
