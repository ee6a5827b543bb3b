/** A variable the function cannot work without. Missing: the template and the code disagree. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Environment variable ${name} is not set.`);
  return value;
}

export function optional(name: string): string | undefined {
  return process.env[name] || undefined;
}

export function requiredNumber(name: string): number {
  const value = Number(required(name));
  if (!Number.isFinite(value)) throw new Error(`Environment variable ${name} is not a number.`);
  return value;
}
