import { Injectable, type PipeTransform } from '@nestjs/common';
import { isId } from '#libs/kernel/ids.js';
import { RunNotFound } from '../reconciliation.errors.js';

/** What is not an id names no run. */
@Injectable()
export class RunIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isId(value)) throw new RunNotFound(value.slice(0, 64));
    return value.toLowerCase();
  }
}
