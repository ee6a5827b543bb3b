import type { StackOutputs } from './assembly/deployment';
import { EXECUTE_API_PREFIX } from './cloud/api-gateway';

/** What a template composes as the URL of a REST API, whose host does not exist here. */
const API_URL = /https:\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g;

/** The outputs with URLs of REST APIs replaced by those of the local cloud. */
export function localUrls(outputs: StackOutputs, url: string): StackOutputs {
  const local = (value: string) => value.replace(API_URL, (_, apiId: string) => `${url}${EXECUTE_API_PREFIX}${apiId}`);
  return mapValues(outputs, (values) => mapValues(values, local));
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, transform: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, transform(value)]));
}
