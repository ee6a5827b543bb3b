import { ServiceFault } from '../cloud/service';
import type { WireService } from './wire-service';

/** JSON code → code of the XML protocols (`query`), and of S3 where it has one of its own. */
const XML_CODES: Readonly<Record<string, { readonly query: string; readonly s3?: string }>> = {
  MissingAuthenticationToken: { query: 'MissingAuthenticationToken', s3: 'AccessDenied' },
  UnrecognizedClientException: { query: 'InvalidClientTokenId', s3: 'InvalidAccessKeyId' },
  ExpiredTokenException: { query: 'ExpiredToken' },
  InvalidSignatureException: { query: 'SignatureDoesNotMatch' },
  AccessDeniedException: { query: 'AccessDenied' },
  InternalServerError: { query: 'InternalFailure', s3: 'InternalError' },
};

/** AWS: a denial is 400 in the JSON protocols and 403 in the XML ones and in Lambda's. */
export function inStyleOf(service: string, faultStyle: WireService['faultStyle'], fault: ServiceFault): ServiceFault {
  const codes = XML_CODES[fault.code];
  const isDenial = fault.code === 'AccessDeniedException';
  if (codes === undefined) return fault;
  if (faultStyle === 'json') {
    return isDenial && service === 'lambda' ? new ServiceFault(fault.code, fault.message, 403, fault.members) : fault;
  }
  const code = (faultStyle === 's3' ? codes.s3 : undefined) ?? codes.query;
  return new ServiceFault(code, fault.message, isDenial ? 403 : fault.statusCode, fault.members);
}
