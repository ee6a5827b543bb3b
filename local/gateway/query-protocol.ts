import { ServiceFault } from '../cloud/service';
import type { Decoded, Exchange, HttpRequest, HttpResponse, Protocol } from './protocol';
import { element, escapeXml } from './xml';

export interface QueryProtocolOptions {
  readonly xmlNamespace: string;
  /** Output members that are maps (`entry` elements) rather than structures. */
  readonly maps?: readonly string[];
}

type Node = { [name: string]: Node | string };

/** AWS Query: the operation and its parameters as a form, the answer as XML. Parameter values arrive as strings. */
export class QueryProtocol implements Protocol {
  constructor(private readonly options: QueryProtocolOptions) {}

  decode(request: HttpRequest): Decoded {
    const form = request.method === 'GET' ? request.query : request.body.toString('utf8');
    const root: Node = {};
    let operation: string | undefined;
    for (const [name, value] of new URLSearchParams(form)) {
      if (name === 'Action') operation = value;
      else if (name !== 'Version' && !name.startsWith('X-Amz-')) insert(root, name.split('.'), value);
    }
    if (operation === undefined)
      throw new ServiceFault('MissingAction', 'The request must contain the parameter Action');
    return { operation, input: simplify(root) };
  }

  encode(exchange: Exchange, output: unknown): HttpResponse {
    const operation = exchange.decoded?.operation ?? 'Unknown';
    const members = this.members(output);
    const result = element(`${operation}Result`, members === '' ? undefined : members);
    const metadata = element('ResponseMetadata', element('RequestId', exchange.requestId));
    const body = `<${operation}Response xmlns="${this.options.xmlNamespace}">${result}${metadata}</${operation}Response>`;
    return answer(exchange, 200, body);
  }

  encodeFault(exchange: Exchange, fault: ServiceFault): HttpResponse {
    const type = fault.statusCode < 500 ? 'Sender' : 'Receiver';
    const error = [
      element('Type', type),
      element('Code', escapeXml(fault.code)),
      element('Message', escapeXml(fault.message)),
      this.members(fault.members),
    ];
    const body = `${element('Error', error.join(''))}${element('RequestId', exchange.requestId)}`;
    return answer(
      exchange,
      fault.statusCode,
      `<ErrorResponse xmlns="${this.options.xmlNamespace}">${body}</ErrorResponse>`,
    );
  }

  private members(output: unknown): string {
    if (typeof output !== 'object' || output === null) return '';
    return Object.entries(output)
      .map(([name, value]) => element(name, this.content(name, value)))
      .join('');
  }

  private content(name: string, value: unknown): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (Array.isArray(value)) return value.map((item) => element('member', this.content(name, item))).join('');
    if (typeof value !== 'object') return escapeXml(String(value));
    if (this.options.maps?.includes(name)) return this.entries(value);
    return this.members(value);
  }

  private entries(map: object): string {
    return Object.entries(map)
      .map(([key, value]) =>
        element('entry', `${element('key', escapeXml(key))}${element('value', escapeXml(`${value}`))}`),
      )
      .join('');
  }
}

function answer(exchange: Exchange, statusCode: number, body: string): HttpResponse {
  return { statusCode, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': exchange.requestId }, body };
}

function insert(node: Node, path: readonly string[], value: string): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    node[name] = value;
    return;
  }
  const next = node[name];
  const child: Node = typeof next === 'object' ? next : {};
  node[name] = child;
  insert(child, rest, value);
}

/** Turns `{member: {1: …}}` into lists and `{entry: {1: {key, value}}}` (SNS: Name, Value) into maps. */
function simplify(node: Node | string): unknown {
  if (typeof node === 'string') return node;
  const { member, entry } = node;
  if (Object.keys(node).length === 1 && typeof member === 'object') return numbered(member);
  if (Object.keys(node).length === 1 && typeof entry === 'object')
    return Object.fromEntries(numbered(entry).map(pairOf));
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, simplify(child)]));
}

function numbered(node: Node): unknown[] {
  return Object.entries(node)
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, child]) => simplify(child));
}

function pairOf(item: unknown): [string, unknown] {
  const pair = (typeof item === 'object' && item !== null ? item : {}) as Readonly<Record<string, unknown>>;
  return [String(pair.key ?? pair.Name), pair.value ?? pair.Value];
}
