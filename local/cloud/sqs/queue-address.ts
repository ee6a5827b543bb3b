import { ServiceFault } from '../service';

/** Account and name of a queue, from its URL. Throws `QueueDoesNotExist` for what is no queue URL. */
export function readQueueUrl(url: unknown): { readonly accountId: string; readonly name: string } {
  if (typeof url !== 'string') {
    throw new ServiceFault('MissingParameter', 'The request must contain the parameter QueueUrl.');
  }
  const [, accountId, name] = /\/(\d{12})\/([\w-]{1,80})$/.exec(url) ?? [];
  if (accountId !== undefined && name !== undefined) return { accountId, name };
  throw new ServiceFault('InvalidAddress', `The address ${url} is not valid for this endpoint.`, 404);
}

export function queueDoesNotExist(): ServiceFault {
  return new ServiceFault('QueueDoesNotExist', 'The specified queue does not exist.');
}
