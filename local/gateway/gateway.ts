import { randomUUID } from 'node:crypto';
import type { Clock, Random } from '../clock';
import type { Iam } from '../cloud/iam';
import type { OrganizationMembership } from '../cloud/iam/membership';
import { notImplemented, type Principal, ServiceFault, type SimulatedService } from '../cloud/service';
import type { AccessNeed, DeriveAccess, DerivesAccess, HoldsResourcePolicies } from './access/access';
import { defaultAccess } from './access/default-access';
import { Authenticator, type Caller } from './authenticator';
import { isCborRequest, refuseCbor } from './cbor-refusal';
import { readCredentialScope } from './credential-scope';
import { FaultInjection, type GatewayFaults, NO_GATEWAY_FAULTS } from './fault-injection';
import { inStyleOf } from './fault-style';
import { HttpServer } from './http-server';
import type { Decoded, Exchange, HttpRequest, HttpResponse, Protocol } from './protocol';
import { serviceOfTarget, type WireService, wireServices } from './wire-service';

export interface GatewayOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly iam: Iam;
  readonly organization: OrganizationMembership;
  readonly services: readonly SimulatedService[];
  readonly s3Protocol?: Protocol;
  /** By signing name: derivations that win over the service's own and the default ones. */
  readonly access?: Readonly<Record<string, DeriveAccess>>;
  /** What an unsigned `GET /` answers: plain text for a visitor. */
  readonly welcome?: string;
}

/** One finished API call, for metrics. */
export interface ObservedCall {
  readonly service: string;
  readonly operation: string;
  readonly principal: Principal;
  /** Code of the fault it ended with; absent when it succeeded. */
  readonly faultCode?: string;
  readonly throttled: boolean;
  /** Simulated milliseconds. */
  readonly latencyMs: number;
}

export type RouteHandler = (request: HttpRequest) => Promise<HttpResponse>;

interface Service {
  readonly model: SimulatedService;
  readonly wire: WireService;
  readonly access: DeriveAccess;
}

const THROTTLING_CODE = /Throttl|TooManyRequests|ProvisionedThroughputExceeded|SlowDown|RequestLimitExceeded/;
/** How a service that the local cloud lacks is answered: the most common protocol. */
const UNKNOWN_SERVICE = 'sts';

/** The one endpoint of the local cloud: finds out who calls what, whether they may, and lets the service answer. */
export class Gateway {
  readonly authenticator: Authenticator;
  private readonly services = new Map<string, Service>();
  private readonly wire: ReadonlyMap<string, WireService>;
  private readonly routes: { readonly prefix: string; readonly handler: RouteHandler }[] = [];
  private readonly listeners: ((call: ObservedCall) => void)[] = [];
  private readonly injection: FaultInjection;
  private readonly server = new HttpServer((request) => this.respond(request));

  constructor(private readonly options: GatewayOptions) {
    this.authenticator = new Authenticator(options.iam);
    this.injection = new FaultInjection(options.random);
    this.wire = wireServices(options.s3Protocol);
    const defaults = defaultAccess(options.organization);
    for (const model of options.services) {
      const name = model.signingName;
      const wire = this.wire.get(name);
      const own = 'access' in model ? (model as SimulatedService & DerivesAccess).access : undefined;
      const access = options.access?.[name] ?? own ?? defaults.get(name);
      if (wire === undefined) throw new Error(`The gateway has no wire protocol for ${name}`);
      if (access === undefined) throw new Error(`The gateway cannot derive which rights a call of ${name} needs`);
      this.services.set(name, { model, wire, access });
    }
  }

  /** Starts on 127.0.0.1; port 0 takes a free one. Resolves with the port. */
  listen(port: number): Promise<number> {
    return this.server.listen(port);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Requests whose path begins with `prefix` go to `handler`, unauthenticated. */
  route(prefix: string, handler: RouteHandler): void {
    this.routes.push({ prefix, handler });
  }

  onCall(listener: (call: ObservedCall) => void): void {
    this.listeners.push(listener);
  }

  /** What is left out is off. */
  setFaults(faults: Partial<GatewayFaults>): void {
    this.injection.faults = { ...NO_GATEWAY_FAULTS, ...faults };
  }

  /** Answers one request; never rejects. */
  async respond(request: HttpRequest): Promise<HttpResponse> {
    try {
      const route = this.routes.find(({ prefix }) => request.path.startsWith(prefix));
      if (route !== undefined) return await route.handler(request);
      if (this.isVisitor(request)) return text(200, this.options.welcome ?? '');
      if (isCborRequest(request)) return refuseCbor(request, randomUUID());
      return await this.call(request);
    } catch (error) {
      return text(500, `${error instanceof Error ? error.stack : error}`);
    }
  }

  private async call(request: HttpRequest): Promise<HttpResponse> {
    const requestId = randomUUID();
    const name = serviceName(request);
    const wire = this.wire.get(name) ?? this.wire.get(UNKNOWN_SERVICE);
    if (wire === undefined) throw new Error('no wire protocol to answer in');
    const startMs = this.options.clock.now();
    let exchange: Exchange = { service: name, request, requestId };
    let caller: Caller | undefined;
    try {
      caller = this.authenticator.authenticate(request);
      const service = this.services.get(name);
      if (service === undefined) throw notImplemented(name, 'all operations');
      exchange = { ...exchange, decoded: wire.protocol.decode(request, name) };
      const output = await this.serve(service, exchange.decoded as Decoded, caller);
      const response = wire.protocol.encode(exchange, output);
      this.observe(exchange, caller, startMs);
      return response;
    } catch (error) {
      const fault = inStyleOf(name, wire.faultStyle, asFault(error));
      if (caller !== undefined) this.observe(exchange, caller, startMs, fault);
      return wire.protocol.encodeFault(exchange, fault);
    }
  }

  private async serve(service: Service, decoded: Decoded, caller: Caller): Promise<unknown> {
    const { principal, region } = caller;
    const fault = this.injection.strike(principal, service.wire.throttling);
    if (fault !== undefined) throw fault;
    const delayMs = this.injection.delayMs(principal);
    if (delayMs > 0) await this.options.clock.sleep(delayMs);
    const call = { ...decoded, principal, region };
    for (const need of service.access(call)) this.authorize(need, principal, region, service.model);
    return service.model.handle(call);
  }

  private authorize(need: AccessNeed, principal: Principal, region: string, model: SimulatedService): void {
    const holder = 'resourcePoliciesOf' in model ? (model as SimulatedService & HoldsResourcePolicies) : undefined;
    const held = need.resources.flatMap((resource) => holder?.resourcePoliciesOf(resource) ?? []);
    const owner = need.resourceAccountId ?? ownerOf(need.resources);
    this.options.iam.authorize({
      principal,
      action: need.action,
      resources: need.resources,
      context: { 'aws:requestedregion': region, ...need.context },
      resourcePolicies: need.resourcePolicies ?? held,
      ...(owner === undefined ? {} : { resourceAccountId: owner }),
    });
  }

  private observe(exchange: Exchange, caller: Caller, startMs: number, fault?: ServiceFault): void {
    const call: ObservedCall = {
      service: exchange.service,
      operation: exchange.decoded?.operation ?? 'Unknown',
      principal: caller.principal,
      ...(fault === undefined ? {} : { faultCode: fault.code }),
      throttled: fault !== undefined && THROTTLING_CODE.test(fault.code),
      latencyMs: this.options.clock.now() - startMs,
    };
    for (const listener of this.listeners) listener(call);
  }

  private isVisitor(request: HttpRequest): boolean {
    const { method, path, headers, query } = request;
    const unsigned = headers.authorization === undefined && query === '';
    return this.options.welcome !== undefined && method === 'GET' && path === '/' && unsigned;
  }
}

/** The service a request is for: by the credential scope, else by the target header. */
function serviceName(request: HttpRequest): string {
  const byTarget = serviceOfTarget(request.headers['x-amz-target']);
  try {
    return readCredentialScope(request)?.service ?? byTarget ?? unsignedService(request);
  } catch {
    return byTarget ?? unsignedService(request);
  }
}

function unsignedService(request: HttpRequest): string {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm || request.path === '/' ? UNKNOWN_SERVICE : 's3';
}

/** The account in an ARN that has one. */
function ownerOf(resources: readonly string[]): string | undefined {
  const account = resources[0]?.split(':')[4];
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}

/** A service that throws anything but a `ServiceFault` has a defect; the caller sees it as AWS shows its own. */
function asFault(error: unknown): ServiceFault {
  if (error instanceof ServiceFault) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ServiceFault('InternalServerError', `The local cloud failed: ${message}`, 500);
}

function text(statusCode: number, body: string): HttpResponse {
  return { statusCode, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
