import { Injectable, type PipeTransform } from '@nestjs/common';
import { isId } from '#libs/kernel/ids.js';
import { SagaNotFound } from './saga-access.js';

/** What is not an id names no saga. */
@Injectable()
export class SagaIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isId(value)) throw new SagaNotFound(value.slice(0, 64));
    return value.toLowerCase();
  }
}
