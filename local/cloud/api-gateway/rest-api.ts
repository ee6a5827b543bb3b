import type { PolicyDocument } from '../service';

/** A resource of an API: one path, with `{name}` for parameters and `{name+}` for the rest of the path. */
export interface ApiResource {
  readonly id: string;
  /** `/requests/{requestId}`; the root is `/`. */
  readonly path: string;
}

/** A method with its Lambda proxy integration. */
export interface ApiMethod {
  readonly resource: ApiResource;
  /** `GET`, `POST`, … or `ANY`. */
  readonly httpMethod: string;
  readonly functionArn: string;
  /** Milliseconds after which the integration has failed. */
  readonly timeoutMs: number;
}

export interface ApiStage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>> | null;
  /** The methods as they were when the deployment was made. */
  readonly methods: readonly ApiMethod[];
}

/** A REST API (v1) and what has been created in it. */
export interface RestApi {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly root: ApiResource;
  readonly policy: PolicyDocument | undefined;
  readonly resources: Map<string, ApiResource>;
  readonly methods: ApiMethod[];
  readonly deployments: Map<string, readonly ApiMethod[]>;
  readonly stages: Map<string, ApiStage>;
}

/** A request's method and the parameters of its path, decoded. */
export interface RouteMatch {
  readonly method: ApiMethod;
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

/** AWS: a literal part of the path wins over a parameter, a parameter over a greedy one; a method wins over `ANY`. */
export function findMethod(stage: ApiStage, httpMethod: string, path: string): RouteMatch | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  let best: { match: RouteMatch; rank: string } | undefined;
  for (const method of stage.methods) {
    if (method.httpMethod !== httpMethod && method.httpMethod !== 'ANY') continue;
    const found = matchPath(method.resource.path, parts);
    if (found === undefined) continue;
    const rank = `${found.rank}${method.httpMethod === 'ANY' ? '1' : '0'}`;
    if (best === undefined || rank < best.rank) {
      best = { match: { method, pathParameters: found.parameters }, rank };
    }
  }
  return best?.match;
}

/** `rank` has one digit per part: 0 literal, 1 parameter, 2 greedy; the smallest is the most specific. */
function matchPath(
  template: string,
  parts: readonly string[],
): { parameters: Readonly<Record<string, string>> | null; rank: string } | undefined {
  const parameters: Record<string, string> = {};
  const names = template.split('/').filter((part) => part !== '');
  let rank = '';
  for (const [index, name] of names.entries()) {
    const value = parts[index];
    if (value === undefined) return undefined;
    const [, parameter, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(name) ?? [];
    if (parameter === undefined) {
      if (decodePart(value) !== name) return undefined;
      rank += '0';
    } else if (greedy === '+') {
      parameters[parameter] = parts.slice(index).map(decodePart).join('/');
      return { parameters, rank: `${rank}2` };
    } else {
      parameters[parameter] = decodePart(value);
      rank += '1';
    }
  }
  if (parts.length !== names.length) return undefined;
  return { parameters: Object.keys(parameters).length === 0 ? null : parameters, rank };
}

/** Percent-decoding; text that is not validly encoded stays as it is. */
export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
