import { Injectable, type PipeTransform } from '@nestjs/common';
import { isId } from '#libs/kernel/ids.js';
import { ProposalNotFound } from './proposal.errors.js';

/** What is not an id names no proposal. */
@Injectable()
export class ProposalIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isId(value)) throw new ProposalNotFound(value.slice(0, 64));
    return value.toLowerCase();
  }
}
