import { ServiceFault } from '../service';

export function noSuchBucket(name: string): ServiceFault {
  return new ServiceFault('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
}

export function noSuchKey(key: string): ServiceFault {
  return new ServiceFault('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
}

export function noSuchVersion(key: string, versionId: string): ServiceFault {
  return new ServiceFault('NoSuchVersion', 'The specified version does not exist.', 404, {
    Key: key,
    VersionId: versionId,
  });
}

export function preconditionFailed(condition: string): ServiceFault {
  return new ServiceFault('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });
}

export function notModified(): ServiceFault {
  return new ServiceFault('NotModified', 'Not Modified', 304);
}

export function invalidArgument(message: string): ServiceFault {
  return new ServiceFault('InvalidArgument', message);
}
