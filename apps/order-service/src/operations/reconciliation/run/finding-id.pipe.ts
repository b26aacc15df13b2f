import { Injectable, type PipeTransform } from '@nestjs/common';
import { isId } from '#libs/kernel/ids.js';
import { FindingNotFound } from '../reconciliation.errors.js';

/** What is not an id names no finding. */
@Injectable()
export class FindingIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isId(value)) throw new FindingNotFound(value.slice(0, 64));
    return value.toLowerCase();
  }
}
