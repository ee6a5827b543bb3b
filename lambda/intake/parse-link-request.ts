import { validateLinkRequest } from '../../schemas/generated/link-request';
import { schemaProblems } from '../../schemas/schema-problems';
import type { Link } from '../domain/link';
import { parseLinkText, parseStructuredLink } from '../domain/link';
import type { Parsed } from '../domain/problem';
import { parseJson, withoutRoot } from './parse-json';

/** What `POST /postLinkData` asks for. */
export interface LinkRequest {
  readonly action: 'create' | 'delete';
  readonly link: Link;
}

/** Reads the body of `POST /postLinkData`. Every problem is reported at once, each with its path. */
export function parseLinkRequest(body: string | null | undefined): Parsed<LinkRequest> {
  const json = parseJson(body, 'body', 'a JSON object with action and linkData or link');
  if (!json.ok) return json;
  const document = json.value;
  const valid = validateLinkRequest(document);
  const links = parseLinks(document);
  const [first] = links;
  if (valid && first?.ok) return { ok: true, value: { action: document.action, link: first.value } };
  const envelope = schemaProblems(validateLinkRequest.errors, 'body')
    .map(withoutRoot)
    .filter(({ path }) => !isToldByTheLink(path, document));
  return { ok: false, problems: [...envelope, ...links.flatMap((link) => (link.ok ? [] : link.problems))] };
}

/** The links in a request, by the grammar that names the field; a value of a wrong type is left to the schema. */
function parseLinks(document: unknown): Parsed<Link>[] {
  if (!isObject(document)) return [];
  return [
    ...(typeof document.linkData === 'string' ? [parseLinkText(document.linkData)] : []),
    ...(document.link === undefined ? [] : [parseStructuredLink(document.link, 'link')]),
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The link's own grammar knows more about what is wrong inside it than the schema of the request. */
function isToldByTheLink(path: string, document: unknown): boolean {
  if (path === 'linkData') return isObject(document) && typeof document.linkData === 'string';
  return path === 'link' || path.startsWith('link.');
}
