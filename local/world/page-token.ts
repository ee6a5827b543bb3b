/**
 * Page tokens are opaque to clients and belong to the request they came from: the list, its filter and its position.
 * The alphabet fits the token grammar of all services here (`[-a-zA-Z0-9+=/_]*`).
 */

export function encodePageToken(list: string, position: readonly number[]): string {
  return Buffer.from(JSON.stringify([list, ...position])).toString('base64url');
}

/** The position inside a token, or undefined when the token was not made for this list. */
export function decodePageToken(list: string, token: string): number[] | undefined {
  const parts = parseJson(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Array.isArray(parts) || parts[0] !== list) return undefined;
  const position = parts.slice(1);
  return position.every((part): part is number => typeof part === 'number') ? position : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
