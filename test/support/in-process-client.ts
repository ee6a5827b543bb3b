import { type Principal, ServiceFault, type SimulatedService } from '../../local/cloud/service';

/** What the AWS adapters use of an SDK client. */
export interface InProcessClient {
  send(command: { readonly input: unknown }): Promise<never>;
}

/** How a client of a simulated service behaves beside its service. */
export interface InProcessOptions {
  readonly service: SimulatedService;
  readonly principal: Principal;
  readonly region: string;
  /** Called before each call with the operation's name; may throw or wait. */
  readonly before?: (operation: string) => void | Promise<void>;
  /** Called after each call that succeeded, before its answer arrives; may throw or wait. */
  readonly after?: (operation: string) => void | Promise<void>;
}

/**
 * An SDK client without a network: hands the command's input to the simulated service and turns its fault into the
 * error the SDK would throw. So the adapters run as they are, in virtual time.
 */
export function inProcessClient({ service, principal, region, before, after }: InProcessOptions): InProcessClient {
  return {
    async send(command) {
      const operation = command.constructor.name.replace(/Command$/, '');
      await before?.(operation);
      try {
        const output = await service.handle({ operation, input: command.input, principal, region });
        await after?.(operation);
        return output as never;
      } catch (fault) {
        throw fault instanceof ServiceFault ? sdkError(fault) : fault;
      }
    },
  };
}

function sdkError(fault: ServiceFault): Error {
  const error = new Error(fault.message);
  error.name = fault.code;
  return Object.assign(error, { $metadata: { httpStatusCode: fault.statusCode }, ...fault.members });
}
