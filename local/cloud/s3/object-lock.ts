import {
  isRecord,
  optionalBoolean,
  optionalNumber,
  optionalRecord,
  propertyNotImplemented,
  refuseUnknownProperties,
} from '../../assembly/resource';
import { ServiceFault } from '../service';

/** What a bucket with Object Lock gives to each new version. */
export interface DefaultRetention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly days: number;
}

/** How long a version cannot be deleted. */
export interface Retention {
  readonly mode: DefaultRetention['mode'];
  /** Simulated milliseconds. */
  readonly until: number;
}

type Properties = Readonly<Record<string, unknown>>;

const TYPE = 'AWS::S3::Bucket';
const DAY_MS = 24 * 3600 * 1000;
const DAYS_OF_A_YEAR = 365;

/** Reads `ObjectLockEnabled` and `ObjectLockConfiguration` of a bucket. Throws on what is wrong or not implemented, by name. */
export function readDefaultRetention(properties: Properties): DefaultRetention | undefined {
  const isEnabled = optionalBoolean(TYPE, properties, 'ObjectLockEnabled') === true;
  const configuration = optionalRecord(TYPE, properties, 'ObjectLockConfiguration');
  if (!isEnabled && configuration === undefined) return undefined;
  if (!isEnabled || configuration === undefined) {
    throw propertyNotImplemented(TYPE, 'ObjectLockEnabled without ObjectLockConfiguration, or the other way round');
  }
  // AWS: Object Lock works only in versioned buckets.
  if (optionalRecord(TYPE, properties, 'VersioningConfiguration')?.Status !== 'Enabled') {
    throw new Error(`${TYPE}: Object Lock needs VersioningConfiguration.Status Enabled`);
  }
  const path = 'ObjectLockConfiguration.';
  refuseUnknownProperties(TYPE, configuration, { implemented: ['ObjectLockEnabled', 'Rule'] }, path);
  const rule = optionalRecord(TYPE, configuration, 'Rule') ?? {};
  refuseUnknownProperties(TYPE, rule, { implemented: ['DefaultRetention'] }, `${path}Rule.`);
  return readRetention(optionalRecord(TYPE, rule, 'DefaultRetention'));
}

function readRetention(retention: unknown): DefaultRetention {
  if (!isRecord(retention)) throw propertyNotImplemented(TYPE, 'ObjectLockConfiguration without DefaultRetention');
  const mode = retention.Mode;
  const days = optionalNumber(TYPE, retention, 'Days');
  const years = optionalNumber(TYPE, retention, 'Years');
  // AWS: exactly one of the two.
  if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || (days === undefined) === (years === undefined)) {
    throw new Error(`${TYPE}: DefaultRetention needs a Mode and either Days or Years`);
  }
  return { mode, days: days ?? (years ?? 0) * DAYS_OF_A_YEAR };
}

/** The retention of a version that is stored now. AWS: what is put under Object Lock has to bring a checksum. */
export function retentionOf(
  byDefault: DefaultRetention | undefined,
  input: Properties,
  now: number,
): Retention | undefined {
  if (byDefault === undefined) return undefined;
  const hasChecksum = Object.keys(input).some((name) => name === 'ContentMD5' || name.startsWith('Checksum'));
  if (!hasChecksum) {
    const message =
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters';
    throw new ServiceFault('InvalidRequest', message);
  }
  return { mode: byDefault.mode, until: now + byDefault.days * DAY_MS };
}

/** Refuses to delete a version for good before its time. */
export function checkNotLocked(retention: Retention | undefined, now: number): void {
  if (retention === undefined || retention.until <= now) return;
  throw new ServiceFault('AccessDenied', 'Access Denied because object protected by object lock.', 403);
}
