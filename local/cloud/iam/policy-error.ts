/** A policy document that AWS, or the local cloud by name, refuses. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
