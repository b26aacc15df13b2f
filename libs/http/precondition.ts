import { PreconditionFailedException } from '@nestjs/common';
import { allowsChange } from './etag.js';

/** Lets a change of what now has `etag` happen only where If-Match allows it. @throws PreconditionFailedException (412) */
export function requireMatch(ifMatch: string | undefined, etag: string): void {
  if (!allowsChange(ifMatch, etag)) {
    throw new PreconditionFailedException('it has changed since you looked at it; look again');
  }
}
