import { validateLinkRequest } from '../../schemas/generated/link-request';
import { schemaProblems } from '../../schemas/schema-problems';
import type { Link } from '../domain/link';
import { parseLinkText, parseStructuredLink } from '../domain/link';
import { type LinkLimits, limitsOf, timeProblems } from '../domain/link-limits';
import type { Parsed, Problem } from '../domain/problem';
import { parseJson, withoutRoot } from './parse-json';

/** What `POST /postLinkData` asks for. */
export interface LinkRequest {
  readonly action: 'create' | 'delete';
  readonly link: Link;
  /** Of the structured form: all limits the link is to have. Absent in the text form, which cannot say them. */
  readonly limits?: LinkLimits;
}

/**
 * Reads the body of `POST /postLinkData`. Every problem is reported at once, each with its path.
 * @param now epoch milliseconds; a link that would be over already is refused
 */
export function parseLinkRequest(body: string | null | undefined, now: number): Parsed<LinkRequest> {
  const json = parseJson(body, 'body', 'a JSON object with action and linkData or link');
  if (!json.ok) return json;
  const document = json.value;
  const valid = validateLinkRequest(document);
  const links = parseLinks(document);
  const [first] = links;
  const untimely = timeProblemsOf(document, now);
  if (valid && first?.ok && untimely.length === 0) {
    const limits = document.link ? { limits: limitsOf(document.link) } : {};
    return { ok: true, value: { action: document.action, link: first.value, ...limits } };
  }
  const envelope = schemaProblems(validateLinkRequest.errors, 'body')
    .map(withoutRoot)
    .filter(({ path }) => !isToldByTheLink(path, document));
  return {
    ok: false,
    problems: [...envelope, ...links.flatMap((link) => (link.ok ? [] : link.problems)), ...untimely],
  };
}

/** A deletion may carry the times of its link, whatever they are: they are ignored. */
function timeProblemsOf(document: unknown, now: number): Problem[] {
  return isObject(document) && document.action !== 'delete' ? timeProblems(document.link, 'link', now) : [];
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
