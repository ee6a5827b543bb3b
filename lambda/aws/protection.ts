import type { Protection } from '../domain/protection';
import { required } from './environment';

/** What the configuration says of permission sets that others look after. */
export function protection(): Protection {
  return JSON.parse(required('PROTECTED')) as Protection;
}
